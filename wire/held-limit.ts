import type { Budget, BudgetDetail } from './budget.ts';
import { familyOf } from './family-budget.ts';
import { limits } from './limits.ts';
import type { NewSessionBudget, SessionSummary } from './session.ts';

/** The limit that holds a session. */
export interface HeldLimit {
  unit: Budget['unit'];
  limit: number;
  spent: number;
  /** What it shares with other sessions; absent where it is this session's alone: its own limit, or what each session gets. */
  budget?: BudgetDetail;
  /** The session that started this one, whose limit it is: it counts all that it started. */
  parent?: SessionSummary;
}

/** The limit that stopped or paused a session, as far as it can be raised from here; null where something else holds it, or nothing. */
export const heldLimit = (
  session: SessionSummary,
  shared: readonly BudgetDetail[] = [],
  parent: SessionSummary | null = null,
): HeldLimit | null => ownHeldLimit(session) ?? sharedHeldLimit(session, shared) ?? parentHeldLimit(session, parent);

function ownHeldLimit({ id, hold, budget, tokenBudget }: SessionSummary): HeldLimit | null {
  // A person who pauses names no budget.
  if (hold?.because !== 'budget_exceeded' && !(hold?.because === 'paused' && hold.budgetId !== undefined)) return null;
  // With child sessions it is the same limit, which all of them share.
  const limitId = hold.budgetId !== undefined && familyOf(hold.budgetId) === id ? hold.budgetId.split('/')[1] : undefined;
  const by = (unit: Budget['unit'], of: { budgetId?: string | undefined }) =>
    limitId === undefined ? of.budgetId === hold.budgetId : limitId === (of.budgetId ?? unit);
  const money: HeldLimit[] =
    budget && by('micro_usd', budget) ? [{ unit: 'micro_usd', limit: budget.limitMicroUsd, spent: budget.spentMicroUsd }] : [];
  const tokens: HeldLimit[] =
    tokenBudget && by('tokens', tokenBudget)
      ? [{ unit: 'tokens', limit: tokenBudget.limitTokens, spent: tokenBudget.spentTokens }]
      : [];
  // A person may have set both; the one with the smaller part left is the one that bit.
  const [held] = [...money, ...tokens].sort((a, b) => b.spent * a.limit - a.spent * b.limit);
  return held ?? null;
}

function sharedHeldLimit({ hold }: SessionSummary, shared: readonly BudgetDetail[]): HeldLimit | null {
  const budget = shared.find(({ id, scope }) => id === hold?.budgetId && scope !== 'session');
  return budget ? { unit: budget.unit, limit: budget.limit, spent: budget.spent, budget } : null;
}

/** As the parent is held by it: its limits, which its child sessions share. */
function parentHeldLimit({ hold }: SessionSummary, parent: SessionSummary | null): HeldLimit | null {
  if (!hold || !parent || hold.budgetId === undefined || familyOf(hold.budgetId) !== parent.id) return null;
  const held = ownHeldLimit({ ...parent, hold });
  return held && { ...held, parent };
}

/** The limit after a raise by so much, above what it was or what is spent: less would let nothing through. */
export const raisedTo = ({ limit, spent }: HeldLimit, extra: number): number =>
  Math.min(Math.max(limit, spent) + extra, limits.maxBudgetMicroUsd);

/** The order that raises a session's own limit. */
export const raisedBy = (held: HeldLimit, extra: number): NewSessionBudget =>
  held.unit === 'tokens' ? { limitTokens: raisedTo(held, extra) } : { limitMicroUsd: raisedTo(held, extra) };
