import type { Budget } from '../../wire/budget.ts';
import { familyOf } from '../../wire/family-budget.ts';
import type { NewSessionBudget, SessionSummary } from '../../wire/session.ts';
import { raisesOf } from './amount.ts';

/** The limit of this session alone that holds it: its own, or what each session gets. */
export interface HeldLimit {
  unit: Budget['unit'];
  limit: number;
  spent: number;
}

/** Null where something else holds it, or nothing. */
export function heldLimit({ id, status, hold, budget, tokenBudget }: SessionSummary): HeldLimit | null {
  if (status !== 'budget_exceeded') return null;
  // With child sessions it is the same limit, which all of them share.
  const limitId = hold?.budgetId !== undefined && familyOf(hold.budgetId) === id ? hold.budgetId.split('/')[1] : undefined;
  const by = (unit: Budget['unit'], of: { budgetId?: string | undefined }) =>
    limitId === undefined ? of.budgetId === hold?.budgetId : limitId === (of.budgetId ?? unit);
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

/** What raising it by one tap adds. */
export function raisesFor({ unit, limit, spent }: HeldLimit): number[] {
  if (unit === 'micro_usd') return raisesOf({ limitMicroUsd: limit, spentMicroUsd: spent });
  const base = 10 ** Math.max(4, Math.ceil(Math.log10(Math.max(limit, spent, 1))) - 1);
  return [base, base * 2, base * 5];
}

/** The order that raises it by so much above what it was, or what is spent. */
export const raisedBy = ({ unit, limit, spent }: HeldLimit, extra: number): NewSessionBudget => {
  const to = Math.max(limit, spent) + extra;
  return unit === 'tokens' ? { limitTokens: to } : { limitMicroUsd: to };
};
