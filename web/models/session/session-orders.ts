import type { BudgetDetail } from '../../../wire/budget.ts';
import { heldLimit } from '../../../wire/held-limit.ts';
import type { SessionControl, SessionStatus, SessionSummary } from '../../../wire/session.ts';

/** What a person may do to a session at the moment; `raise` stands where its own budget would refuse to let it go on. */
export type SessionOrder = SessionControl['action'] | 'raise';

/** What each status may be turned into by a person. */
const actions: Record<SessionStatus, SessionControl['action'][]> = {
  queued: ['stop'],
  running: ['pause', 'stop'],
  waiting: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  budget_exceeded: ['resume', 'stop'],
  completed: [],
  failed: [],
  timed_out: [],
  cancelled: [],
};

/** `budgets` are the organization's, as far as they are known: they tell which of those that each session gets holds. */
export function ordersOn(session: SessionSummary, budgets: readonly BudgetDetail[]): SessionOrder[] {
  const { status, hold } = session;
  // One that ran too long is over, and goes on when a person lets it.
  const given = status === 'timed_out' && hold ? (['resume'] as const) : actions[status];
  const isHeldByOwn = hold?.because === 'budget_exceeded' && heldLimit(session) !== null;
  const isRefused = isHeldByOwn || ownIsSpent(session, budgets);
  return given.map((order) => (order === 'resume' && isRefused ? 'raise' : order));
}

/** As the server counts it: a limit of the session itself that holds, with nothing left. */
function ownIsSpent({ budget, tokenBudget }: SessionSummary, budgets: readonly BudgetDetail[]): boolean {
  const holds = (budgetId: string | undefined) =>
    budgetId === undefined || budgets.some(({ id, action }) => id === budgetId && (action === 'stop' || action === 'pause'));
  const money = budget && holds(budget.budgetId) && budget.limitMicroUsd <= budget.spentMicroUsd + budget.reservedMicroUsd;
  const tokens =
    tokenBudget && holds(tokenBudget.budgetId) && tokenBudget.limitTokens <= tokenBudget.spentTokens + tokenBudget.reservedTokens;
  return Boolean(money || tokens);
}
