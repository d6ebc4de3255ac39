import type { BudgetUnit } from '../../../wire/budget.ts';
import type { NewSessionBudget, SessionSummary } from '../../../wire/session.ts';
import { amountToEdit, parseAmount } from '../costs/amount.ts';

export type BudgetTexts = Record<BudgetUnit, string>;

type Limited = Pick<SessionSummary, 'budget' | 'tokenBudget'>;

/** The limits in force, as they are typed; empty where there is none. */
export const budgetTexts = ({ budget, tokenBudget }: Limited): BudgetTexts => ({
  micro_usd: budget ? amountToEdit(budget.limitMicroUsd, 'micro_usd') : '',
  tokens: tokenBudget ? amountToEdit(tokenBudget.limitTokens, 'tokens') : '',
});

/** Whether a person set it for this session: what each session gets is not this session's to take away. */
export const isOwn = (budget: { budgetId?: string | undefined } | null | undefined): boolean =>
  budget !== null && budget !== undefined && budget.budgetId === undefined;

export type BudgetChange =
  | { ok: true; change: NewSessionBudget | null }
  | { ok: false; errors: Partial<Record<BudgetUnit, string>> };

/** The order that two fields amount to: what was changed is set, what was emptied is taken away. Null where nothing was. */
export function budgetChange(session: Limited, texts: BudgetTexts): BudgetChange {
  const before = budgetTexts(session);
  const money = limitIn(texts, before, 'micro_usd', isOwn(session.budget));
  const tokens = limitIn(texts, before, 'tokens', isOwn(session.tokenBudget));
  const errors = { ...(!money.ok && { micro_usd: money.message }), ...(!tokens.ok && { tokens: tokens.message }) };
  if (!money.ok || !tokens.ok) return { ok: false, errors };
  if (money.limit === undefined && tokens.limit === undefined) return { ok: true, change: null };
  return {
    ok: true,
    change: {
      ...(money.limit !== undefined && { limitMicroUsd: money.limit }),
      ...(tokens.limit !== undefined && { limitTokens: tokens.limit }),
    },
  };
}

type Limit = { ok: true; limit: number | null | undefined } | { ok: false; message: string };

function limitIn(texts: BudgetTexts, before: BudgetTexts, unit: BudgetUnit, own: boolean): Limit {
  const text = texts[unit].trim();
  if (text === before[unit]) return { ok: true, limit: undefined };
  if (text === '') return { ok: true, limit: own ? null : undefined };
  const read = parseAmount(text, unit);
  return read.ok ? { ok: true, limit: read.amount } : read;
}
