import type { QuotaName } from '../../../wire/organization-limits.ts';

/** What the index of sessions counts of today's events and this month's cost. */
export interface CountedUse {
  events: number;
  costMicroUsd: number;
  /** Sessions whose rooms may count a part of it themselves, with their totals. */
  sessions: { id: string; events: number; costMicroUsd: number }[];
}

const counters = { eventsPerDay: 'events', costMicroUsdPerMonth: 'costMicroUsd' } as const satisfies Partial<
  Record<QuotaName, keyof CountedUse>
>;

/** Quotas whose use by sessions that are over is found in the index. */
export type CountedQuota = keyof typeof counters;

export const isCounted = (quota: QuotaName): quota is CountedQuota => Object.hasOwn(counters, quota);

/**
 * What was used of a quota's window before the quota was set, by sessions that the ledger does not hear of any more: what is counted,
 * less what rooms say of themselves. `spentBy` is 0 for a session that has said nothing.
 */
export function earlierUse(counted: CountedUse, quota: CountedQuota, spentBy: (sessionId: string) => number): number {
  const name = counters[quota];
  // A session's total may reach back before the window; of what it used in it, its room says at least what is counted.
  const own = counted.sessions.reduce((sum, session) => sum + Math.min(session[name], spentBy(session.id)), 0);
  return Math.max(0, counted[name] - own);
}
