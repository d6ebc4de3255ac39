import type { Budget } from '../../../wire/budget.ts';
import type { QuotaName, QuotaUse } from '../../../wire/organization-limits.ts';
import { amount, quotaUse } from './refusal.ts';

/** What a person has to be told who sets a limit that is used up already; undefined where it leaves room, or refuses nothing. */
export function belowSpent(
  { action, scope, unit, limit }: Budget,
  { spent, sessionsBeyond }: { spent: number; sessionsBeyond: number },
): string | undefined {
  if (action === 'warn') return undefined;
  if (scope === 'session') return beyond(sessionsBeyond, amount(limit, unit));
  if (limit === 0) return 'Nothing may be spent: every session that it counts is held at its next tool call or prompt.';
  if (spent < limit) return undefined;
  return `${amount(spent, unit)} is spent already, of ${amount(limit, unit)}: every session that it counts is held at its next tool call or prompt.`;
}

function beyond(sessions: number, limit: string): string | undefined {
  if (sessions === 0) return undefined;
  const [who, are] =
    sessions === 1 ? ['1 session that runs now has', 'it is'] : [`${sessions} sessions that run now have`, 'they are'];
  return `${who} spent ${limit} or more already: ${are} held at the next tool call or prompt.`;
}

/** What a person has to be told who sets quotas that are used up already; undefined where they leave room. */
export function quotasBelowUse(usage: readonly QuotaUse[], set: (quota: QuotaName) => boolean): string | undefined {
  const full = usage.filter(({ quota, used, limit }) => set(quota) && used >= limit);
  if (full.length === 0) return undefined;
  const uses = full.map((use) => quotaUse(use, use.used)).join(', ');
  return `${uses} are in use already: those stay, and nothing more is let in.`;
}
