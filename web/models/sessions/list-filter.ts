import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { startOfDay } from '../../format.ts';

/** How far back: since midnight, or 24 hours. */
export type Window = 'today' | '24h';

/** What the list of sessions is narrowed to; the page's query says the same. */
export interface ListFilter {
  statuses: readonly SessionStatus[];
  agent: string | null;
  projectId: string | null;
  /** Words to find in title, branch, model or last activity, among the sessions that are loaded. */
  text: string;
  within: Window | null;
}

export const noFilter: ListFilter = { statuses: [], agent: null, projectId: null, text: '', within: null };

/** Every status, in the order in which people ask for them. */
export const allStatuses: readonly SessionStatus[] = [
  'running',
  'waiting',
  'paused',
  'queued',
  'completed',
  'failed',
  'timed_out',
  'budget_exceeded',
  'cancelled',
];

/** Going on, or about to: these stand above the days. The best first. */
export const activeStatuses: readonly SessionStatus[] = ['waiting', 'running', 'paused', 'queued'];

export const liveStatuses: readonly SessionStatus[] = ['running', 'waiting', 'paused'];
export const failedStatuses: readonly SessionStatus[] = ['failed', 'timed_out'];

export function filterFromQuery(query: Readonly<Record<string, string | undefined>>): ListFilter {
  const asked = (query.status ?? '').split(',');
  return {
    statuses: allStatuses.filter((status) => asked.includes(status)),
    agent: query.agent || null,
    projectId: query.project || null,
    text: query.q ?? '',
    within: query.within === 'today' || query.within === '24h' ? query.within : null,
  };
}

/** The query of an address, `?` included; empty without a filter. */
export function queryOfFilter({ statuses, agent, projectId, text, within }: ListFilter): string {
  const query = new URLSearchParams();
  if (statuses.length > 0) query.set('status', statuses.join(','));
  if (agent) query.set('agent', agent);
  if (projectId) query.set('project', projectId);
  if (text) query.set('q', text);
  if (within) query.set('within', within);
  const words = query.toString();
  // Commas are legal in a query, and easier to read.
  return words === '' ? '' : `?${words.replaceAll('%2C', ',')}`;
}

export const isFiltered = (filter: ListFilter): boolean => queryOfFilter(filter) !== '';

export function matches(session: SessionSummary, filter: ListFilter, nowMs: number): boolean {
  if (filter.statuses.length > 0 && !filter.statuses.includes(session.status)) return false;
  if (filter.agent && session.agent !== filter.agent) return false;
  if (filter.projectId && session.projectId !== filter.projectId) return false;
  const earliest = earliestOf(filter.within, nowMs);
  if (earliest !== null && Date.parse(session.lastEventAt) < earliest) return false;
  return hasWords(session, filter.text);
}

/** The oldest last activity that a window lets through; null without one. */
export function earliestOf(within: Window | null, nowMs: number): number | null {
  if (within === null) return null;
  return within === 'today' ? startOfDay(nowMs) : nowMs - 24 * 3600_000;
}

function hasWords(session: SessionSummary, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { title, gitBranch, model, activity, agent, repository, tags, id } = session;
  const haystack = [title, gitBranch, model, activity, agent, repository, id, ...tags].join('\n').toLowerCase();
  return words.every((word) => haystack.includes(word));
}
