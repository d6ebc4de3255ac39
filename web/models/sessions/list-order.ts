import type { SessionSummary } from '../../../wire/session.ts';
import { dayHeading, startOfDay } from '../../format.ts';
import { activeStatuses } from './list-filter.ts';

export interface ListGroup {
  /** `active`, or the day's first millisecond. */
  key: string;
  heading: string;
  ids: string[];
}

/**
 * What goes on now, waiting first; then the rest by the day of its last activity, newest first. Active sessions stand in order of
 * their start, which never changes: by last activity they would swap places with every event.
 */
export function arrange(sessions: readonly SessionSummary[], nowMs: number): ListGroup[] {
  const active = sessions.filter(isActive).sort(byRankThenStart);
  const rest = sessions.filter((session) => !isActive(session)).sort(byLastActivity);
  const groups: ListGroup[] = [];
  if (active.length > 0) groups.push({ key: 'active', heading: 'Active', ids: active.map(({ id }) => id) });
  for (const { id, lastEventAt } of rest) {
    const atMs = Date.parse(lastEventAt);
    const key = String(startOfDay(atMs));
    const last = groups.at(-1);
    if (last?.key === key) last.ids.push(id);
    else groups.push({ key, heading: dayHeading(atMs, nowMs), ids: [id] });
  }
  return groups;
}

export const isActive = ({ status }: SessionSummary): boolean => activeStatuses.includes(status);

/** Newest activity first, as the server pages. */
export const byLastActivity = (a: SessionSummary, b: SessionSummary): number =>
  compare(b.lastEventAt, a.lastEventAt) || compare(b.id, a.id);

function byRankThenStart(a: SessionSummary, b: SessionSummary): number {
  return (
    activeStatuses.indexOf(a.status) - activeStatuses.indexOf(b.status) ||
    compare(b.startedAt, a.startedAt) ||
    compare(b.id, a.id)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
