import { limits } from '../../../wire/limits.ts';
import type { Draft } from '../../domain/draft.ts';
import { type OtlpBody, type OtlpRefusal, openBody } from './body.ts';
import { logsFromJson, metricsFromJson, spansFromJson } from './json.ts';
import { draftOfLog } from './logs.ts';
import { draftOfPoints, isUsageMetric, seriesOf } from './metrics.ts';
import { logsFromProtobuf, metricsFromProtobuf, spansFromProtobuf } from './protobuf.ts';
import type { LogRecord, MetricPoint, OtlpRecord, Span } from './records.ts';
import { sessionOf } from './session.ts';
import { draftOfSpan } from './spans.ts';

export type OtlpSignal = 'logs' | 'metrics' | 'traces';

/** What an export says about each session that it names; `ignored` counts the records that carry no usage or no session. */
export type OtlpRead =
  | { ok: true; sessions: { agent: string; externalId: string; drafts: Draft[] }[]; ignored: number }
  | OtlpRefusal;

/**
 * Reads one OTLP/HTTP export, JSON or protobuf, plain or gzip. Model calls become usage drafts that say where they were heard;
 * the room decides which source counts.
 */
export function readOtlp(signal: OtlpSignal, body: OtlpBody): OtlpRead {
  const payload = openBody(body);
  if (!payload.ok) return payload;
  try {
    const collected = new Collected();
    if (signal === 'logs')
      collectLogs('json' in payload ? logsFromJson(payload.json) : logsFromProtobuf(payload.protobuf), collected);
    else if (signal === 'metrics')
      collectMetrics('json' in payload ? metricsFromJson(payload.json) : metricsFromProtobuf(payload.protobuf), collected);
    else collectSpans('json' in payload ? spansFromJson(payload.json) : spansFromProtobuf(payload.protobuf), collected);
    return collected.result();
  } catch {
    // Only the protobuf reader throws, on bytes that are no protobuf.
    return { ok: false, code: 'invalid', message: `The body is no OTLP ${signal} message.` };
  }
}

function collectLogs(logs: LogRecord[], collected: Collected): void {
  for (const log of logs) collected.add(log, draftOfLog(log));
}

function collectSpans(spans: Span[], collected: Collected): void {
  for (const span of spans) collected.add(span, draftOfSpan(span));
}

function collectMetrics(points: MetricPoint[], collected: Collected): void {
  const series = new Map<string, [MetricPoint, ...MetricPoint[]]>();
  for (const point of points) {
    const session = isUsageMetric(point) ? sessionOf(point) : undefined;
    if (session === undefined) {
      collected.add(point, undefined);
      continue;
    }
    const name = JSON.stringify([session.externalId, seriesOf(point)]);
    const others = series.get(name);
    if (others) others.push(point);
    else series.set(name, [point]);
  }
  for (const group of series.values()) collected.add(group[0], draftOfPoints(group));
}

/** Drafts by session while one export is read. */
class Collected {
  private readonly sessions = new Map<string, { agent: string; externalId: string; drafts: Draft[] }>();
  private ignored = 0;

  add(record: OtlpRecord, draft: Draft | undefined): void {
    const session = draft && sessionOf(record);
    if (draft === undefined || session === undefined) {
      this.ignored += 1;
      return;
    }
    const name = JSON.stringify([session.agent, session.externalId]);
    const known = this.sessions.get(name);
    if (known) known.drafts.push(draft);
    else this.sessions.set(name, { ...session, drafts: [draft] });
  }

  result(): OtlpRead {
    const sessions = [...this.sessions.values()];
    if (sessions.length <= limits.maxOtlpSessions) return { ok: true, sessions, ignored: this.ignored };
    const message = `An export may name ${limits.maxOtlpSessions} sessions, and this one names ${sessions.length}; send smaller ones.`;
    return { ok: false, code: 'too_large', message };
  }
}
