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

/** What was used of a quota's window before the quota was set, by whom rooms do not speak. */
export interface EarlierUse {
  /** By sessions that the ledger does not hear of any more. */
  others: number;
  /** By sessions whose rooms could not be asked; once they speak they say it themselves. */
  unreached: { sessionId: string; used: number }[];
}

/** What is counted, less what rooms say of themselves: `spentBy` is 0 for a session that has said nothing, null for one that cannot be asked. */
export function earlierUse(counted: CountedUse, quota: CountedQuota, spentBy: (sessionId: string) => number | null): EarlierUse {
  const name = counters[quota];
  // A session's total may reach back before the window; of what it used in it, its room says at least what is counted.
  const told = counted.sessions.reduce((sum, session) => sum + Math.min(session[name], spentBy(session.id) ?? 0), 0);
  let others = Math.max(0, counted[name] - told);
  const unreached: EarlierUse['unreached'] = [];
  for (const session of counted.sessions) {
    const used = Math.min(session[name], others);
    if (spentBy(session.id) !== null || used === 0) continue;
    unreached.push({ sessionId: session.id, used });
    others -= used;
  }
  return { others, unreached };
}
