import type { Row } from './session-rows.ts';
import type { Timeline } from './session-timeline-state.ts';

/** What a row can be filtered by, in the order of the chips. */
export const categories = [
  'prompts',
  'messages',
  'tools',
  'errors',
  'approvals',
  'subagents',
  'turns',
  'notices',
  'usage',
  'other',
] as const;
export type Category = (typeof categories)[number];

/** Empty sets show everything that isn't quiet; else a row is shown when any of its categories or its tool is chosen. */
export interface TimelineFilter {
  show: ReadonlySet<Category>;
  tools: ReadonlySet<string>;
}

export const noFilter: TimelineFilter = { show: new Set(), tools: new Set() };

export const isFiltering = (filter: TimelineFilter): boolean => filter.show.size > 0 || filter.tools.size > 0;

/** From a page's query: `show=prompts,errors&tool=Bash`. Unknown words are passed over. */
export function readFilter(query: Readonly<Record<string, string | undefined>>): TimelineFilter {
  const shown = (query.show ?? '').split(',');
  return {
    show: new Set(categories.filter((category) => shown.includes(category))),
    tools: new Set((query.tool ?? '').split(',').filter(Boolean)),
  };
}

/** The same as query parameters; undefined takes one away. */
export const writeFilter = (filter: TimelineFilter) => ({
  show: [...filter.show].join(',') || undefined,
  tool: [...filter.tools].join(',') || undefined,
});

export const toggled = <T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> => {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
};

/** The category that a row belongs to by its kind; errors and approvals come on top. */
function categoryOf(row: Row): Category | null {
  switch (row.kind) {
    case 'prompt':
      return 'prompts';
    case 'message':
      return 'messages';
    case 'tool':
      return 'tools';
    case 'permission':
      return 'approvals';
    case 'subagent':
      return 'subagents';
    case 'usage':
      return 'usage';
    case 'mark':
      return row.quiet ? 'other' : markCategory(row.type);
    case 'gap':
    case 'hole':
      return null;
    default:
      return row satisfies never;
  }
}

const markCategory = (type: string): Category => {
  if (type === 'turn.finished' || type === 'session.started' || type === 'session.ended') return 'turns';
  return type === 'other' ? 'other' : 'notices';
};

export function passes(row: Row, filter: TimelineFilter): boolean {
  if (row.kind === 'hole') return true;
  if (!isFiltering(filter)) return !row.quiet;
  const category = categoryOf(row);
  if (category === null) return false;
  if (filter.show.has(category)) return true;
  if (row.kind === 'tool' && filter.tools.has(row.tool)) return true;
  if (filter.show.has('errors') && isError(row)) return true;
  if (filter.show.has('approvals') && row.kind === 'tool' && row.askedSeq !== null) return true;
  return filter.show.has('subagents') && row.kind === 'tool' && row.spawned !== null;
}

export const isError = (row: Row): boolean =>
  (row.kind === 'tool' && row.outcome === 'failed') ||
  (row.kind === 'mark' && row.failed) ||
  (row.kind === 'subagent' && row.outcome === 'failed');

/** Indices of the rows to show. A folded subagent keeps its own row and hides what it did. */
export function visibleRows(
  timeline: Timeline,
  filter: TimelineFilter,
  folded: ReadonlySet<string>,
  from = 0,
  into: number[] = [],
): number[] {
  const hidden = foldedLanes(timeline, folded);
  for (let index = from; index < timeline.rows.length; index += 1) {
    const row = timeline.rows[index];
    if (row && passes(row, filter) && (row.lane === null || !hidden.has(row.lane))) into.push(index);
  }
  return into;
}

/** The folded subagents and everything below them. */
function foldedLanes(timeline: Timeline, folded: ReadonlySet<string>): ReadonlySet<string> {
  if (folded.size === 0) return folded;
  const hidden = new Set(folded);
  // A subagent is always known before those it starts.
  for (const lane of timeline.lanes.values()) if (lane.parent !== null && hidden.has(lane.parent)) hidden.add(lane.id);
  return hidden;
}

/** Position of a row among the visible ones, or of the next visible one after it. */
export function positionOf(visible: readonly number[], index: number): number {
  let low = 0;
  let high = visible.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((visible[middle] ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
