import type { Budget } from '../../../wire/budget.ts';
import type { Draft } from '../draft.ts';
import type { SessionState } from '../session-state.ts';
import { decisionOn, isGranted } from './approvals.ts';
import type { Want } from './lease.ts';
import { isQuota, type Meter, type Quota } from './meters.ts';
import { capOf, type Means } from './purse.ts';
import { type SpentWords, spentWords, uncheckedReason, usedUpReason } from './refusal.ts';
import { reservedIn, spentIn } from './spending.ts';
import { windowKey } from './window.ts';

export type Asked =
  | { type: 'room' }
  /** The room has to ask the ledger for more first. */
  | { type: 'short'; wants: Want[] }
  | { type: 'spent'; budget: Budget; words: SpentWords }
  /** A quota has nothing left. */
  | { type: 'used_up'; reason: string }
  /** Spent, and a person may let the call through all the same. */
  | { type: 'asks'; budget: Budget; words: SpentWords }
  /** The ledger does not answer. A hard limit that cannot be checked holds. */
  | { type: 'unchecked'; meter: Meter; reason: string };

/** Whether all shared budgets and quotas have room for one more step; the tightest budget that has none is named, else the quota. */
export function askMeters(
  state: SessionState,
  draft: Pick<Draft, 'type' | 'tool' | 'toolUseId'>,
  step: { microUsd: number; tokens: number },
  means: Means,
  meters: readonly Meter[],
): Asked {
  const wants: Want[] = [];
  let tightest: Spent | undefined;
  let asking: Spent | undefined;
  let usedUp: { quota: Quota; used: number } | undefined;
  let unchecked: Meter | undefined;
  for (const budget of meters) {
    if (budget.unit === 'sessions' && state.isAdmitted) continue;
    if (budget.action === 'warn' || (budget.action === 'ask' && isLetThrough(state, draft, budget))) continue;
    const used = spentIn(state, budget.window, budget.unit, means.nowMs) + reservedIn(state, budget.unit);
    // Something must be left even where nothing is set aside: a model call is never free.
    const upTo = used + Math.max(1, stepIn(budget.unit, step));
    const window = windowKey(budget.window, means.nowMs);
    // Asked for together with what is short: else another room may be given the one while this one waits for the other, for ever.
    if (upTo <= capOf(means, budget, means.nowMs)) {
      wants.push({ budgetId: budget.id, window, upTo });
      continue;
    }
    const denial = means.denials.find(({ budgetId, window: asked }) => budgetId === budget.id && asked === window);
    if (denial && upTo > denial.most && isQuota(budget)) {
      usedUp ??= { quota: budget, used: denial.spent };
      continue;
    }
    if (denial && upTo > denial.most && !isQuota(budget)) {
      const left = denial.most - used;
      const spent = { budget, left, spent: denial.spent };
      if (budget.action === 'ask') asking ??= spent;
      else if (!tightest || left < tightest.left) tightest = spent;
      continue;
    }
    unchecked ??= budget;
    wants.push({ budgetId: budget.id, window, upTo });
  }
  if (tightest) return { type: 'spent', budget: tightest.budget, words: spentWords(tightest.budget, tightest.spent) };
  if (usedUp) return { type: 'used_up', reason: usedUpReason(usedUp.quota, usedUp.used) };
  if (unchecked)
    return means.isUnreachable
      ? { type: 'unchecked', meter: unchecked, reason: uncheckedReason(unchecked) }
      : { type: 'short', wants };
  return asking ? { type: 'asks', budget: asking.budget, words: spentWords(asking.budget, asking.spent) } : { type: 'room' };
}

function stepIn(unit: Meter['unit'], step: { microUsd: number; tokens: number }): number {
  if (unit === 'tokens') return step.tokens;
  return unit === 'micro_usd' ? step.microUsd : 0;
}

interface Spent {
  budget: Budget;
  left: number;
  spent: number;
}

/** A budget that asks does so at tool calls alone, which have a card to show; and not again about what was allowed. */
export function isLetThrough(
  state: SessionState,
  { type, tool = '', toolUseId }: Pick<Draft, 'type' | 'tool' | 'toolUseId'>,
  { id }: Pick<Budget, 'id'>,
): boolean {
  return type !== 'tool.started' || isGranted(state, id, tool) || decisionOn(state, toolUseId)?.outcome === 'allow';
}
