import type { Budget, BudgetStanding } from '../../../wire/budget.ts';
import { forecast, type Point } from './forecast.ts';
import type { LeaseAccount } from './lease.ts';
import { windowBounds } from './window.ts';

/** The amount from which on a budget is nearly spent. */
export const softLimit = ({ limit, softPercent }: Pick<Budget, 'limit' | 'softPercent'>): number =>
  Math.ceil((limit * softPercent) / 100);

/** How a budget stands now: what is spent and set aside in its window, and where that leads. */
export function standing(budget: Budget, total: LeaseAccount, points: readonly Point[], nowMs: number): BudgetStanding {
  const { startMs, endMs } = windowBounds(budget.window, nowMs);
  const beganMs = Math.max(startMs ?? 0, Date.parse(budget.createdAt));
  const { perHour, crossesAtMs } = forecast(points, { limit: budget.limit, startMs: beganMs, endMs }, nowMs);
  return {
    ...budget,
    // What each session gets for itself is nothing that all could have spent.
    state: budget.scope === 'session' ? 'within' : stateOf(budget, total.spent),
    spent: total.spent,
    reserved: Math.max(0, total.held - total.spent),
    windowStart: new Date(startMs ?? beganMs).toISOString(),
    windowEnd: endMs === null ? null : new Date(endMs).toISOString(),
    forecast: { perHour, crossesAt: crossesAtMs === null ? null : new Date(crossesAtMs).toISOString() },
  };
}

/** Where an amount stands against a limit and the share of it that warns. */
export function stateOf(budget: Pick<Budget, 'limit' | 'softPercent'>, spent: number): BudgetStanding['state'] {
  if (spent >= budget.limit) return 'spent';
  return spent >= softLimit(budget) ? 'soft' : 'within';
}
