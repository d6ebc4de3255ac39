import type { SessionEvent } from '../../../wire/event.ts';
import type { EventLog } from './session-log.ts';
import type { Timeline } from './session-timeline-state.ts';

/** A search in progress or done: indices of rows in order. */
export interface Found {
  rows: number[];
  /** Events looked through so far. */
  searched: number;
  done: boolean;
}

/** Longer than this, a string is searched in its first part only, so that one giant output can't stall the rest. */
const maxSearchedChars = 2_000_000;
const eventsPerSlice = 2000;

/** What a person typed, found as typed, upper and lower case alike. */
export const patternOf = (query: string): RegExp | null =>
  query === '' ? null : new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'iu');

export function mentions(event: SessionEvent, pattern: RegExp): boolean {
  return (
    holds(event.text, pattern) ||
    holds(event.tool, pattern) ||
    holds(event.input, pattern) ||
    holds(event.output, pattern) ||
    (event.type === 'other' && (holds(event.hook, pattern) || holds(event.data, pattern)))
  );
}

function holds(value: unknown, pattern: RegExp): boolean {
  if (typeof value === 'string') return pattern.test(value.length > maxSearchedChars ? value.slice(0, maxSearchedChars) : value);
  if (typeof value === 'number') return pattern.test(String(value));
  if (Array.isArray(value)) return value.some((item) => holds(item, pattern));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item) => holds(item, pattern));
}

/** Looks through everything loaded, a slice at a time; the caller lets the screen breathe between slices. */
export function* findRows(log: EventLog, timeline: Timeline, pattern: RegExp): Generator<Found, void> {
  const rows = new Set<number>();
  let searched = 0;
  for (const segment of log.segments) {
    for (const event of segment.events) {
      searched += 1;
      const row = timeline.rowOfSeq.get(event.seq);
      if (row !== undefined && !rows.has(row) && mentions(event, pattern)) rows.add(row);
      if (searched % eventsPerSlice === 0) yield { rows: sorted(rows), searched, done: false };
    }
  }
  yield { rows: sorted(rows), searched, done: true };
}

const sorted = (rows: ReadonlySet<number>): number[] => [...rows].sort((a, b) => a - b);
