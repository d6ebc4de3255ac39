import type { CostBy, CostGroup, CostKind, CostReport } from '../../wire/cost-report.ts';
import { limits } from '../../wire/limits.ts';
import { type ModelPart, noModel, plusTokens } from './cost-parts.ts';

/** What one group came to over the whole range. */
export interface CostSum extends ModelPart {
  kind: CostKind;
  key: string;
}

export interface CostCell {
  day: string;
  kind: CostKind;
  key: string;
  costMicroUsd: number;
}

/** What the store found, before it is a report. */
export interface CostFigures {
  sums: CostSum[];
  /** By day, with those that have no row of their own as `other`. */
  cells: CostCell[];
  /** What each day came to altogether. */
  days: { day: string; costMicroUsd: number }[];
}

/** The names that get a row of their own: the dearest. Days all do. */
export function namedRows(by: CostBy, sums: readonly CostSum[]): string[] {
  const named = sums.filter(({ kind }) => kind === 'named').sort(dearest);
  return named.slice(0, by === 'day' ? limits.maxReportDays : limits.maxReportGroups).map(({ key }) => key);
}

const dearest = (one: CostSum, other: CostSum): number =>
  other.costMicroUsd - one.costMicroUsd || other.calls - one.calls || (one.key < other.key ? -1 : 1);

/** The report that the figures make: whatever no group accounts for is a row of its own, so that every report adds up to the same. */
export function costReport(
  range: { by: CostBy; from: string; to: string },
  { sums, cells, days }: CostFigures,
  nameOf: (key: string) => string,
): CostReport {
  const { by } = range;
  const own = new Set(namedRows(by, sums));
  const items = sums
    .filter(({ kind, key }) => kind !== 'named' || own.has(key))
    .map((sum) => groupOf(by, sum, nameOf))
    .sort(by === 'day' ? (one, other) => (one.key < other.key ? -1 : 1) : (one, other) => other.costMicroUsd - one.costMicroUsd);
  const rest = sums.filter(({ kind, key }) => kind === 'named' && !own.has(key));
  if (rest.length > 0) items.push(groupOf(by, rest.reduce(plus, { ...noModel, kind: 'other', key: '' }), nameOf));
  const untold = untoldOf(cells, days);
  const costMicroUsd = sumOf(days);
  if (untold.length > 0) {
    const missing = costMicroUsd - sumOf(sums);
    items.push(groupOf(by, { ...noModel, kind: 'unattributed', key: '', costMicroUsd: missing }, nameOf));
  }
  return { ...range, costMicroUsd, items, cells: [...cells, ...untold], nextCursor: null };
}

/** What the cells leave of each day. */
function untoldOf(cells: readonly CostCell[], days: CostFigures['days']): CostCell[] {
  const left = new Map(days.map(({ day, costMicroUsd }) => [day, costMicroUsd]));
  for (const { day, costMicroUsd } of cells) left.set(day, (left.get(day) ?? 0) - costMicroUsd);
  return [...left]
    .filter(([, costMicroUsd]) => costMicroUsd !== 0)
    .map(([day, costMicroUsd]) => ({ day, kind: 'unattributed', key: '', costMicroUsd }));
}

const sumOf = (parts: readonly { costMicroUsd: number }[]): number =>
  parts.reduce((total, { costMicroUsd }) => total + costMicroUsd, 0);

const plus = (total: CostSum, { calls, tokens, costMicroUsd }: CostSum): CostSum => ({
  ...total,
  calls: total.calls + calls,
  tokens: plusTokens(total.tokens, tokens),
  costMicroUsd: total.costMicroUsd + costMicroUsd,
});

const words: Record<Exclude<CostKind, 'named'>, string> = {
  other: 'Other',
  tool_calls: 'Tool calls',
  model_calls: 'Model calls',
  unattributed: 'Not told apart',
};

function groupOf(by: CostBy, { kind, key, calls, tokens, costMicroUsd }: CostSum, nameOf: (key: string) => string): CostGroup {
  const countsCalls = (by === 'model' || by === 'tool') && kind !== 'unattributed';
  const name = kind === 'named' ? nameOf(key) : words[kind];
  return { kind, key: kind === 'named' ? key : '', name, costMicroUsd, tokens, calls: countsCalls ? calls : null };
}
