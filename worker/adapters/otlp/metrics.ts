import type { Usage } from '../../../wire/event.ts';
import type { Draft } from '../../domain/draft.ts';
import { isoTime } from '../agents/reading.ts';
import { type MetricPoint, attributeText as text } from './records.ts';

const kinds = new Map<string, 'input' | 'output' | 'cacheRead' | 'cacheWrite'>([
  ['input', 'input'],
  ['output', 'output'],
  ['cacheRead', 'cacheRead'],
  ['cacheCreation', 'cacheWrite'],
]);

/**
 * Claude Code's token and cost metrics, one draft for the points of one interval, model and kind of query. Only deltas: a cumulative
 * point repeats what the one before it said, and without state nobody here can tell by how much.
 */
export function isUsageMetric(point: MetricPoint): boolean {
  if (!point.isDelta || !(point.value >= 0)) return false;
  return point.name === 'claude_code.cost.usage' || (point.name === 'claude_code.token.usage' && kindOf(point) !== undefined);
}

/** Points of the same series and interval share this, and an export that comes again has it again. */
export function seriesOf({ attributes, timeUnixNano }: MetricPoint): string {
  const series = ['model', 'query_source', 'agent.name', 'effort', 'speed'].map((name) => text(attributes, name) ?? '');
  return `metrics:${timeUnixNano}:${series.join(':')}`;
}

/** The usage draft of the points of one series. */
export function draftOfPoints(points: readonly [MetricPoint, ...MetricPoint[]]): Draft {
  const [first] = points;
  const usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, model: text(first.attributes, 'model') };
  let costUsd = 0;
  for (const point of points) {
    const kind = kindOf(point);
    if (point.name === 'claude_code.cost.usage') costUsd += point.value;
    else if (kind !== undefined) usage[kind] += Math.round(point.value);
  }
  return {
    type: 'usage',
    hook: 'claude_code.token.usage',
    key: seriesOf(first),
    at: isoTime(Number(first.timeUnixNano) / 1e6),
    usage,
    usageSource: 'metrics',
    costMicroUsd: Math.round(costUsd * 1e6) || undefined,
  };
}

function kindOf({ attributes }: MetricPoint) {
  return kinds.get(text(attributes, 'type') ?? '');
}
