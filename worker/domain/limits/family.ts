import type { Budget } from '../../../wire/budget.ts';
import { familyBudgetId } from '../../../wire/family-budget.ts';
import type { Policy } from '../../../wire/policy.ts';
import type { SessionState } from '../session-state.ts';
import { sessionLimits } from './session-limit.ts';

/** What a person let one session spend; null where nobody did. */
export interface OwnLimits {
  microUsd: number | null;
  tokens: number | null;
}

/** What a session shares with the one that started it and those that it started. */
export interface Family {
  /** Rises with each change. */
  version: number;
  /** It has child sessions, and tells the ledger what a person lets it spend. */
  isParent: boolean;
  /** What it and its ancestors may spend together with their descendants, as budgets that are leased like any other. */
  budgets: Budget[];
  /** Its parent cannot be asked yet: nobody knows what the family may spend, and it holds. */
  isPending?: true;
  /** What became of the parent that it named; `why` where it was ignored. */
  parent?: { id: string; why?: string };
}

/** A policy as one room is given it: what concerns its session, and its family where it has one. */
export interface RoomPolicy extends Policy {
  family?: Family;
}

export const ownLimitsOf = ({ budgetLimitMicroUsd: microUsd, budgetLimitTokens: tokens }: SessionState): OwnLimits => ({
  microUsd,
  tokens,
});

/** What a session's limits become once it has children: each counts all of them. `policy` is the part that concerns the session. */
export function familyBudgets(sessionId: string, own: OwnLimits, policy: Pick<Policy, 'budgets'>): Budget[] {
  const limits = sessionLimits({ budgetLimitMicroUsd: own.microUsd, budgetLimitTokens: own.tokens }, policy);
  return limits
    .filter(({ action }) => action !== 'warn')
    .map(({ unit, limit, action, budgetId = unit }) => ({
      id: familyBudgetId(sessionId, budgetId),
      scope: 'session',
      scopeId: sessionId,
      window: 'session',
      unit,
      limit,
      softPercent: 100,
      action,
      createdAt: new Date(0).toISOString(),
    }));
}
