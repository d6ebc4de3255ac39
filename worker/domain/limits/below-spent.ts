import type { Budget } from '../../../wire/budget.ts';
import { amount } from './refusal.ts';

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
