import type { BudgetUnit } from '../../wire/budget.ts';
import type { Control } from '../../wire/event.ts';
import { noPolicy, type Policy } from '../../wire/policy.ts';
import type { NewSessionBudget, SessionControl } from '../../wire/session.ts';
import { type Draft, noteDraft } from './draft.ts';
import { amount } from './limits/refusal.ts';
import { raiseFirst, sessionLimits, spentLimit } from './limits/session-limit.ts';
import { spentIn } from './limits/spending.ts';
import { isEnded } from './session.ts';
import type { SessionState } from './session-state.ts';

/** A person's order as an event (none where it is carried out already), or why it cannot be given. */
export type Order = { ok: true; draft?: Draft } | Unfit;

/** An order that does not fit what the session is in, in words for the person who gave it. */
export interface Unfit {
  ok: false;
  code: 'conflict' | 'budget_exceeded';
  message: string;
}

type Person = NonNullable<Control['by']>;

type Budgets = Pick<Policy, 'budgets'>;

/** Pause, resume or stop. The text is what the agent reads at its next hook. */
export function orderFor(state: SessionState, { action }: SessionControl, by: Person, policy: Budgets = noPolicy): Order {
  if (action === 'stop' && state.block?.because === 'stopped') return done;
  const isOutOfTime = state.block?.because === 'timed_out';
  if (isEnded(state.status) && !(action === 'resume' && isOutOfTime))
    return refuse('This session has ended; its agent starts it again by resuming it.');
  switch (action) {
    case 'pause':
      if (state.status === 'paused') return done;
      return order(
        { action: 'paused', status: 'paused', by },
        `Paused by ${by.name} in Flightdeck. Stop here and wait to be resumed.`,
      );
    case 'stop':
      return order({ action: 'stopped', status: 'cancelled', by }, `Stopped by ${by.name} in Flightdeck. Stop here.`);
    case 'resume':
      if (state.block === null) return done;
      return resumeOrder(state, by, policy);
    default:
      return action satisfies never;
  }
}

/** A budget of the session's own would hold it again at once. */
function resumeOrder(state: SessionState, by: Person, policy: Budgets): Order {
  const spent = spentLimit(state, policy);
  if (spent) return { ok: false, code: 'budget_exceeded', message: raiseFirst(spent) };
  return order({ action: 'resumed', status: 'running', by }, `resumed by ${by.name}`);
}

/** A person's limits for this session, null for none of its own. One that leaves room lets a session go on that another held. */
export function budgetOrder(
  state: SessionState,
  { limitMicroUsd, limitTokens }: NewSessionBudget,
  by: Person,
  policy: Budgets = noPolicy,
): Draft {
  const after: SessionState = {
    ...state,
    ...(limitMicroUsd !== undefined && { budgetLimitMicroUsd: limitMicroUsd }),
    ...(limitTokens !== undefined && { budgetLimitTokens: limitTokens }),
  };
  const { block } = state;
  const isByLimit =
    block?.budgetId === undefined || policy.budgets.some(({ id, scope }) => id === block.budgetId && scope === 'session');
  const lifts = block?.because === 'budget_exceeded' && isByLimit && !spentLimit(after, policy);
  const words = [wordsOf('micro_usd', limitMicroUsd, policy), wordsOf('tokens', limitTokens, policy)].filter(
    (said) => said !== '',
  );
  const status = lifts && { status: 'running' as const };
  const control: Control = { action: 'budget_changed', limitMicroUsd, limitTokens, by, ...status };
  return noteDraft(control, `${by.name} ${words.join(' and ')}`);
}

/** What a person has to be told where a limit that they set, or fell back to, is used up already. */
export function budgetWarning(
  state: SessionState,
  { limitMicroUsd, limitTokens }: NewSessionBudget,
  policy: Budgets = noPolicy,
): string | undefined {
  const set = [limitMicroUsd !== undefined && 'micro_usd', limitTokens !== undefined && 'tokens'];
  for (const { unit, limit, action } of sessionLimits(state, policy)) {
    const spent = spentIn(state, 'session', unit, 0);
    if (action === 'warn' || !set.includes(unit) || spent < limit) continue;
    return `${amount(spent, unit)} of ${amount(limit, unit)} is spent already: the agent is held at its next tool call or prompt.`;
  }
  return undefined;
}

function wordsOf(unit: BudgetUnit, limit: number | null | undefined, { budgets }: Budgets): string {
  if (limit === undefined) return '';
  if (limit !== null) return `set the budget to ${amount(limit, unit)}`;
  const given = budgets
    .filter((budget) => budget.scope === 'session' && budget.unit === unit)
    .map(({ limit }) => amount(limit, unit));
  const back = given.length > 0 ? `: ${given.join(' and ')} for each session holds again` : '';
  return `took the budget${unit === 'tokens' ? ' of tokens' : ''} away${back}`;
}

const order = (control: Control, text: string): Order => ({ ok: true, draft: noteDraft(control, text) });
const done: Order = { ok: true };

export const refuse = (message: string): Unfit => ({ ok: false, code: 'conflict', message });
