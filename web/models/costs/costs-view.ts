import { CostBy, type CostGroup, type CostKind, type CostReport } from '../../../wire/cost-report.ts';

/** Which days: the last seven or thirty, this calendar month, or the one before. */
export type CostRange = '7d' | '30d' | 'month' | 'last-month';

/** What the page shows; its query says the same. */
export interface CostsView {
  by: CostBy;
  range: CostRange;
}

export const usualView: CostsView = { by: 'day', range: '30d' };

export const ranges: { value: CostRange; label: string }[] = [
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: 'month', label: 'This month' },
  { value: 'last-month', label: 'Last month' },
];

export const byLabels: { value: CostBy; label: string }[] = [
  { value: 'day', label: 'Day' },
  { value: 'project', label: 'Project' },
  { value: 'user', label: 'Person' },
  { value: 'agent', label: 'Agent' },
  { value: 'model', label: 'Model' },
  { value: 'tool', label: 'Tool' },
];

export function viewFromQuery({ by, range }: Record<string, string | undefined>): CostsView {
  const known = CostBy.safeParse(by);
  return {
    by: known.success ? known.data : usualView.by,
    range: ranges.find(({ value }) => value === range)?.value ?? usualView.range,
  };
}

export function queryOfView({ by, range }: CostsView): string {
  const query = new URLSearchParams();
  if (by !== usualView.by) query.set('by', by);
  if (range !== usualView.range) query.set('range', range);
  const words = query.toString();
  return words === '' ? '' : `?${words}`;
}

const dayMs = 86_400_000;
const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The first and last day that a range asks for, in UTC as the report is. */
export function daysOf(range: CostRange, nowMs: number): { from: string; to: string } {
  const now = new Date(nowMs);
  const monthStart = (back: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1);
  switch (range) {
    case '7d':
      return { from: dayAt(nowMs - 6 * dayMs), to: dayAt(nowMs) };
    case '30d':
      return { from: dayAt(nowMs - 29 * dayMs), to: dayAt(nowMs) };
    case 'month':
      return { from: dayAt(monthStart(0)), to: dayAt(nowMs) };
    case 'last-month':
      return { from: dayAt(monthStart(1)), to: dayAt(monthStart(0) - dayMs) };
    default:
      return range satisfies never;
  }
}

/** Every day from one to the other, both included. */
export function everyDay(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => dayAt(Date.parse(from) + index * dayMs));
}

const seriesCount = 8;

/** Names a group within a report. */
export const groupId = ({ kind, key }: { kind: CostKind; key: string }): string => `${kind} ${key}`;

/**
 * A colour for each of the dearest groups, the rest is grey. It follows from the name, so that a thing keeps its colour from one
 * range to the next; where two would have the same, the cheaper one takes the next that is free.
 */
export function coloursOf(items: readonly CostGroup[]): Map<string, string> {
  const colours = new Map<string, string>();
  const taken = new Set<number>();
  for (const item of items) {
    if (item.kind !== 'named' || taken.size === seriesCount || item.costMicroUsd <= 0) continue;
    let at = hash(item.key) % seriesCount;
    while (taken.has(at)) at = (at + 1) % seriesCount;
    taken.add(at);
    colours.set(groupId(item), `var(--series-${at + 1})`);
  }
  return colours;
}

export const restColour = 'var(--series-rest)';

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return value;
}

/** What a group is called, where its agent named nothing. */
export const nameOf = ({ name, kind }: Pick<CostGroup, 'name' | 'kind'>): string =>
  name === '' && kind === 'named' ? 'Not named' : name;

/** The report in a sentence, for whoever does not see the picture. */
export function reportWords({ by, from, to, items }: CostReport, total: string, money: (microUsd: number) => string): string {
  const [first] = [...items].sort((a, b) => b.costMicroUsd - a.costMicroUsd);
  const most = first && first.costMicroUsd > 0 ? ` The most: ${nameOf(first)}, ${money(first.costMicroUsd)}.` : '';
  const label = byLabels.find(({ value }) => value === by)?.label.toLowerCase() ?? by;
  return `Costs by ${label} from ${from} to ${to}: ${total}.${most}`;
}
