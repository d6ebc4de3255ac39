import type { Budget, BudgetWindow } from '../../../wire/budget.ts';
import type { OrganizationLimits, QuotaName } from '../../../wire/organization-limits.ts';

/** A quota as the ledger counts it: like a budget of the whole organization, without a picture. */
export interface Quota {
  id: `quota:${QuotaName}`;
  quota: QuotaName;
  window: BudgetWindow;
  unit: 'sessions' | 'events' | 'bytes' | 'micro_usd';
  limit: number;
  action: 'stop';
}

/** What rooms lease from the ledger. */
export type Meter = Budget | Quota;
export type MeterUnit = Meter['unit'];

export const isQuota = (meter: Meter): meter is Quota => 'quota' in meter;

const kinds: Record<QuotaName, Pick<Quota, 'window' | 'unit'>> = {
  liveSessions: { window: 'lifetime', unit: 'sessions' },
  eventsPerDay: { window: 'day', unit: 'events' },
  storedBytes: { window: 'lifetime', unit: 'bytes' },
  costMicroUsdPerMonth: { window: 'month', unit: 'micro_usd' },
};

/** The quotas that are set. */
export function quotasOf(limits: Pick<OrganizationLimits, QuotaName>): Quota[] {
  const found: Quota[] = [];
  for (const quota of names) {
    const limit = limits[quota];
    if (limit !== null) found.push({ id: `quota:${quota}`, quota, ...kinds[quota], limit, action: 'stop' });
  }
  return found;
}

const names: readonly QuotaName[] = ['liveSessions', 'eventsPerDay', 'storedBytes', 'costMicroUsdPerMonth'];

/** The share of a quota from which on admins are warned. */
export const warningPercent = 80;
