import type { BudgetAction, BudgetUnit } from '../../../wire/budget.ts';
import type { Policy } from '../../../wire/policy.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionState } from '../session-state.ts';
import { amount, type SpentWords, spentWords } from './refusal.ts';
import { reservedIn, spentIn } from './spending.ts';

/** What a session may spend by itself. It shares this with nobody, so its room alone decides. */
export interface SessionLimit {
  unit: BudgetUnit;
  limit: number;
  action: BudgetAction;
  /** The budget for each session that it comes from; absent where a person set it for this one. */
  budgetId?: string;
  words(spent: number): SpentWords;
}

/** A limit that leaves no room. */
export interface Crossed extends SpentWords {
  action: BudgetAction;
  budgetId?: string;
  unit: BudgetUnit;
  limit: number;
  spent: number;
}

type Own = Pick<SessionState, 'budgetLimitMicroUsd' | 'budgetLimitTokens'>;

/** The limits in force: one that a person set for this session takes the place of all in its unit that each session gets. */
export function sessionLimits(state: Own, { budgets }: Pick<Policy, 'budgets'>): SessionLimit[] {
  const own = [...ownLimit('micro_usd', state.budgetLimitMicroUsd), ...ownLimit('tokens', state.budgetLimitTokens)];
  const given = budgets.filter(({ scope, unit }) => scope === 'session' && !own.some((limit) => limit.unit === unit));
  return [
    ...own,
    ...given.map((budget): SessionLimit => {
      const { id: budgetId, unit, limit, action } = budget;
      return { unit, limit, action, budgetId, words: (spent) => spentWords(budget, spent) };
    }),
  ];
}

function ownLimit(unit: BudgetUnit, limit: number | null): SessionLimit[] {
  if (limit === null) return [];
  const spent = `The budget of ${amount(limit, unit)} for this session is spent`;
  const words = () => ({ what: `${spent}.`, reason: `${spent}; stop and summarise.` });
  return [{ unit, limit, action: 'stop', words }];
}

/** The tightest limit with the given actions that one more step would cross; a step of nothing crosses one that is used up. */
export function crossedLimit(
  state: SessionState,
  limits: readonly SessionLimit[],
  step: { microUsd: number; tokens: number },
  actions: readonly BudgetAction[],
): Crossed | undefined {
  let tightest: { left: number; crossed: Crossed } | undefined;
  for (const { unit, limit, action, budgetId, words } of limits) {
    if (!actions.includes(action)) continue;
    const spent = spentIn(state, 'session', unit, 0);
    const left = limit - spent - reservedIn(state, unit);
    // Something must be left even where nothing is set aside: a model call is never free.
    if (Math.max(1, unit === 'tokens' ? step.tokens : step.microUsd) <= left) continue;
    if (tightest && tightest.left <= left) continue;
    tightest = {
      left,
      crossed: { action, ...words(spent), unit, limit, spent, ...(budgetId !== undefined && { budgetId }) },
    };
  }
  return tightest?.crossed;
}

/** A limit at which the session is held, used up as it is. */
export const spentLimit = (state: SessionState, policy: Pick<Policy, 'budgets'>): Crossed | undefined =>
  crossedLimit(state, sessionLimits(state, policy), { microUsd: 0, tokens: 0 }, ['stop', 'pause']);

/** What a person reads who resumes a session before its limit leaves room: which limit, and where it is raised. */
export function raiseFirst({ unit, limit, spent, budgetId }: Crossed): string {
  const used = `${amount(spent, unit)} of ${amount(limit, unit)}`;
  if (budgetId === undefined)
    return `Its own budget is spent (${used}): raise it on the session's page or with PUT /api/sessions/:id/budget, and the agent goes on.`;
  return `The budget that each session gets is spent (${used}): raise that in Budgets, or give this session one of its own on its page or with PUT /api/sessions/:id/budget, and the agent goes on.`;
}

/** What is shown of the limits: in each unit the tightest that holds, else the tightest that warns. */
export function shownBudgets(
  state: SessionState,
  policy: Pick<Policy, 'budgets'>,
): Pick<SessionSummary, 'budget' | 'tokenBudget'> {
  const limits = sessionLimits(state, policy);
  const money = shown(limits, 'micro_usd');
  const tokens = shown(limits, 'tokens');
  const budgetId = (limit: SessionLimit) => limit.budgetId !== undefined && { budgetId: limit.budgetId };
  const used = (unit: BudgetUnit): [number, number] => [spentIn(state, 'session', unit, 0), reservedIn(state, unit)];
  const [spentMicroUsd, reservedMicroUsd] = used('micro_usd');
  const [spentTokens, reservedTokens] = used('tokens');
  return {
    budget: money ? { limitMicroUsd: money.limit, spentMicroUsd, reservedMicroUsd, ...budgetId(money) } : null,
    ...(tokens && { tokenBudget: { limitTokens: tokens.limit, spentTokens, reservedTokens, ...budgetId(tokens) } }),
  };
}

function shown(limits: readonly SessionLimit[], of: BudgetUnit): SessionLimit | undefined {
  const [tightest] = limits
    .filter(({ unit }) => unit === of)
    .sort((a, b) => Number(a.action === 'warn') - Number(b.action === 'warn') || a.limit - b.limit);
  return tightest;
}
