import type { Agent } from 'node:http';
import type { NativeAgent } from '../../wire/agent.ts';
import { limits } from '../../wire/limits.ts';
import type { Connection } from '../config.ts';
import { type Posted, post } from './post.ts';
import type { Pending, Segment, SpooledHook } from './segment.ts';
import type { Spool } from './spool.ts';

/** Well below what the server takes in one body (16 MiB), and enough that a long outage comes back in few requests. */
const maxBatchBytes = 4 * 1024 * 1024;
const maxBatchHooks = limits.maxBatchEvents;

export interface Line {
  agent: NativeAgent;
  connection: Connection;
  deadlineMs: number;
  keepAlive?: Agent;
}

/**
 * A question that a person has to answer. `leftMs` is by the server's clock, which this machine's need not agree with; `otherwise` is the
 * answer, in the agent's own JSON, where its time is over and the server is away.
 */
export interface Question {
  sessionId: string;
  approvalId: string;
  leftMs: number;
  otherwise?: object;
}

/**
 * `answer` is the agent's own JSON for the last hook that was sent, unless `question` has to be answered first. `fail` is the project's
 * rule for when nobody can be asked. With a `refusal` the server is well: what it holds back stays in the spool.
 */
export type Delivered =
  | { ok: true; answer: object; sentCount: number; question?: Question; fail?: unknown; snapshots?: unknown }
  | { ok: false; reason: string; refusal?: string };

/**
 * Sends what the spool holds, oldest first. Every request begins right after what is acknowledged and leaves nothing out, so that
 * whichever of several processes comes first, the server stores the hooks in order, and the others' are duplicates.
 */
export async function deliver(spool: Spool, line: Line): Promise<Delivered> {
  let answer: object = {};
  let fail: unknown;
  let snapshots: unknown;
  let sentCount = 0;
  for (const segment of spool.segments()) {
    for (;;) {
      const batch = sendable(segment, Date.now());
      if (batch.length === 0) break;
      const sent = await send(segment, batch, line);
      if (!sent.ok) return sent;
      answer = sent.answer;
      fail = sent.fail;
      snapshots = sent.snapshots;
      sentCount += batch.length;
    }
  }
  return { ok: true, answer, sentCount, fail, snapshots };
}

/** Sends everything up to one hook, and answers that one. */
export async function ask(spool: Spool, segment: Segment, id: string, line: Line): Promise<Delivered> {
  for (const earlier of spool.segments()) {
    if (earlier.file === segment.file) break;
    const sent = await deliverSegment(earlier, line);
    if (!sent.ok) return sent;
  }
  for (;;) {
    const pending = segment.pending(maxBatchBytes);
    const own = pending.findIndex((hook) => hook.id === id);
    if (own !== -1 && own < maxBatchHooks) return send(segment, pending.slice(0, own + 1), line);
    if (pending.length === 0 || (own === -1 && segment.acknowledged().n >= (segment.find(id)?.n ?? Number.POSITIVE_INFINITY))) {
      // Somebody else has sent it already: asking again is a duplicate, and a duplicate is answered.
      const sent = segment.find(id);
      return sent ? send(segment, [sent], line) : { ok: false, reason: 'the spool lost a hook' };
    }
    const ahead = await send(segment, pending.slice(0, maxBatchHooks), line);
    if (!ahead.ok) return ahead;
  }
}

/** Without a place to keep a hook, it can at least be asked, in a stream of its own; should the answer be lost, so is the hook. */
export async function sendUnkept({ id, at, hook }: SpooledHook, line: Line): Promise<Delivered> {
  const body = JSON.stringify({ stream: `unkept.${id}`, events: [{ n: 1, at, hook }] });
  const posted = await post(urlOf(line), line.connection.token, body, line.deadlineMs);
  return posted.ok ? delivered(posted, 1) : posted;
}

async function deliverSegment(segment: Segment, line: Line): Promise<Delivered> {
  for (;;) {
    const pending = segment.pending(maxBatchBytes).slice(0, maxBatchHooks);
    if (pending.length === 0) return { ok: true, answer: {}, sentCount: 0 };
    const sent = await send(segment, pending, line);
    if (!sent.ok) return sent;
  }
}

/** Up to the first question whose own process still waits for the answer: that one sends it. */
export function sendable(segment: Segment, nowMs: number): Pending[] {
  const pending = segment.pending(maxBatchBytes).slice(0, maxBatchHooks);
  const open = pending.findIndex(({ untilMs }) => untilMs !== undefined && nowMs < untilMs);
  return open === -1 ? pending : pending.slice(0, open);
}

async function send(segment: Segment, batch: Pending[], line: Line): Promise<Delivered> {
  const posted = await post(urlOf(line), line.connection.token, bodyOf(segment, batch), line.deadlineMs, line.keepAlive);
  if (!posted.ok && posted.final) return sendRefused(segment, batch, line, posted.reason);
  if (!posted.ok) {
    const { reason, refusal } = posted;
    return { ok: false, reason, ...(refusal !== undefined && { refusal }) };
  }
  // A question is acknowledged when it is stored, not when it is decided: what comes after it need not wait.
  acknowledge(segment, batch);
  return delivered(posted, batch.length);
}

type Heard = Extract<Posted, { ok: true }>;

function delivered(heard: Heard, sentCount: number): Delivered {
  const { answer, fail, snapshots } = heard.body;
  return { ok: true, answer: isRecord(answer) ? answer : {}, sentCount, question: questionIn(heard), fail, snapshots };
}

function questionIn({ body: { sessionId, pending }, serverMs }: Heard): Question | undefined {
  if (typeof sessionId !== 'string' || !isRecord(pending)) return undefined;
  const { approvalId, until, otherwise } = pending;
  if (typeof approvalId !== 'string' || typeof until !== 'string') return undefined;
  return { sessionId, approvalId, leftMs: Date.parse(until) - serverMs, ...(isRecord(otherwise) && { otherwise }) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A body that the server will never take: hook by hook, and of the one that it is about only the name, which keeps its number taken. */
async function sendRefused(segment: Segment, batch: Pending[], line: Line, reason: string): Promise<Delivered> {
  if (batch.length === 1) {
    const [hook] = batch;
    if (!hook || hook.hook.flightdeck !== undefined) return { ok: false, reason };
    const { session_id, hook_event_name } = hook.hook;
    const stub = { session_id, hook_event_name, flightdeck: `refused with ${reason}` };
    return send(segment, [{ ...hook, hook: stub }], line);
  }
  for (const hook of batch) {
    const sent = await send(segment, [hook], line);
    if (!sent.ok || hook === batch.at(-1)) return sent;
  }
  return { ok: true, answer: {}, sentCount: 0 };
}

function acknowledge(segment: Segment, batch: Pending[]): void {
  const last = batch.at(-1);
  if (last) segment.acknowledge({ offset: last.endOffset, n: last.n });
}

const urlOf = ({ agent, connection }: Line): string => `${connection.url}/hooks/${agent}/batch`;

function bodyOf(segment: Segment, batch: Pending[]): string {
  const nowMs = Date.now();
  const events = batch.map(({ n, at, late, untilMs, repository, gitBranch, folder, hook }) => ({
    n,
    at,
    late: late || (untilMs !== undefined && nowMs > untilMs) || undefined,
    repository,
    gitBranch,
    folder,
    hook,
  }));
  // A longer name means nothing, and would have the whole batch refused.
  const parent = batch.find((spooled) => spooled.parent !== undefined)?.parent?.slice(0, limits.maxExternalIdLength);
  return JSON.stringify({ stream: segment.stream, parent, events });
}
