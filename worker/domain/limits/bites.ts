import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionState } from '../session-state.ts';
import type { SessionBite } from './lease.ts';
import type { Purse } from './purse.ts';
import { spentIn } from './spending.ts';

/** The purse with the moments at which a budget that each session gets held this one; the same purse where none did. */
export function withBites(purse: Purse, state: SessionState, events: readonly SessionEvent[]): Purse {
  const found = events.flatMap(({ receivedAt, control, approval }): SessionBite[] => {
    const holds = control?.action === 'budget_exceeded' || control?.action === 'paused';
    const budgetId = holds ? control.budgetId : approval?.budgetId;
    const budget = purse.policy.budgets.find(({ id, scope }) => id === budgetId && scope === 'session');
    if (!budget) return [];
    const spent = spentIn(state, 'session', budget.unit, 0);
    return [{ budgetId: budget.id, atMs: Date.parse(receivedAt), spent, limit: budget.limit }];
  });
  if (found.length === 0) return purse;
  return { ...purse, bites: [...(purse.bites ?? []), ...found].slice(0, limits.maxUntoldBites) };
}

/** The purse once the ledger has heard of the first `count`. */
export function withoutBites(purse: Purse, count: number): Purse {
  const { bites = [], ...others } = purse;
  const left = bites.slice(count);
  return left.length === 0 ? others : { ...others, bites: left };
}
