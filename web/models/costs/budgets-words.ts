import type { Budget, BudgetDetail } from '../../../wire/budget.ts';
import { count, money, plural, relative, shortDate } from '../../format.ts';

/** `$4.98` or `1.2k tokens`. */
export const amountOf = (value: number, unit: Budget['unit']): string =>
  unit === 'tokens' ? `${count(value)} tokens` : money(value);

/** `$4.98 of $5.00` or `1.2k of 5.0k tokens`. */
export const partOf = (part: number, whole: number, unit: Budget['unit']): string =>
  `${unit === 'tokens' ? count(part) : money(part)} of ${amountOf(whole, unit)}`;

export const windowWords = { session: 'a session', day: 'a day', month: 'a month', lifetime: 'in all' } as const;

export const actionWords = {
  stop: 'Stops the agent at the limit',
  pause: 'Pauses the session at the limit',
  ask: 'Asks a person at the limit',
  warn: 'Only warns',
} as const;

export const actionNames = {
  stop: 'Stop the agent',
  pause: 'Pause the session',
  ask: 'Ask a person',
  warn: 'Only warn',
} as const;

export const stateWords = { within: 'Within', soft: 'Nearly spent', spent: 'Spent' } as const;

const weekMs = 7 * 86_400_000;

/** Of a budget that each session gets, how many sessions it held lately: what they spend, they do not share. */
export function heldWords({ bites, action }: Pick<BudgetDetail, 'bites' | 'action'>, nowMs: number): string {
  if (action === 'warn') return 'It holds nobody; each session shows how much of it is spent.';
  const recent = bites.filter(({ at }) => nowMs - Date.parse(at) < weekMs);
  const sessions = new Set(recent.map(({ sessionId }) => sessionId)).size;
  if (sessions === 0) return 'It held no session in the last 7 days.';
  return `It held ${plural(sessions, 'session')} in the last 7 days.`;
}

/** Where the budget leads, in a sentence. */
export function forecastWords({ forecast, state, windowEnd, unit, action }: BudgetDetail, nowMs: number): string {
  if (state === 'spent') return spentWords(action, windowEnd, nowMs);
  if (forecast.perHour === 0) return 'Nothing is being spent right now.';
  const rate = `At ${amountOf(Math.round(forecast.perHour), unit)} an hour`;
  if (forecast.crossesAt !== null) return `${rate} it is spent ${inWords(Date.parse(forecast.crossesAt), nowMs)}.`;
  return windowEnd === null ? `${rate} it lasts.` : `${rate} it lasts until it begins anew.`;
}

function spentWords(action: Budget['action'], windowEnd: string | null, nowMs: number): string {
  const then = windowEnd === null ? '' : `; it begins anew ${inWords(Date.parse(windowEnd), nowMs)}`;
  return action === 'warn' ? `The limit is crossed${then}.` : `No session may spend more${then}. Raise it to let them go on.`;
}

/** `in 40 minutes`, `in 5 hours`, `on Nov 30`. */
export function inWords(atMs: number, nowMs: number): string {
  const minutes = Math.max(1, Math.round((atMs - nowMs) / 60_000));
  if (minutes < 90) return `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `in ${hours} hours` : `on ${shortDate(atMs, nowMs)}`;
}

/** The picture for those who do not see it. */
export function pictureWords(budget: BudgetDetail, nowMs: number): string {
  const { limit, spent, unit, bites } = budget;
  const bitten = bites.filter(({ kind }) => kind === 'hard');
  const last = bitten.at(-1);
  const held = last
    ? ` It held ${bitten.length === 1 ? 'once' : `${bitten.length} times`}, last ${relative(Date.parse(last.at), nowMs)}.`
    : '';
  const left =
    spent > limit
      ? `${amountOf(spent - limit, unit)} over ${amountOf(limit, unit)}.`
      : `${amountOf(limit - spent, unit)} of ${amountOf(limit, unit)} left.`;
  return `${left} ${forecastWords(budget, nowMs)}${held}`;
}
