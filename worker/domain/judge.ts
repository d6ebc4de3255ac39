import type { Refusal } from '../../wire/event.ts';
import type { Verdict } from '../../wire/verdict.ts';
import type { Draft } from './draft.ts';
import { leftOf, reservationFor } from './hold.ts';
import type { SessionState } from './session-state.ts';

/** What becomes of one event. */
export interface Judgement {
  verdict: Verdict;
  /** It was not let through, and this is why. */
  refused?: Refusal;
  /** It was, and this much is set aside for it. */
  reserveMicroUsd?: number;
  /** The budget bites here for the first time. */
  exceeds?: string;
}

const allow: Judgement = { verdict: { type: 'allow' } };

/**
 * Judges an event before it is stored. Prompts and calls are asked for and may be refused; at what already happened an agent can
 * only be stopped. `stop` never runs a tool and starts no further model call, whichever agent hears it.
 */
export function judge(state: SessionState, draft: Draft): Judgement {
  if (draft.late) return allow;
  const asks = draft.type === 'prompt' || draft.type === 'tool.started' || draft.type === 'permission.requested';
  const happened = draft.type === 'tool.finished' || draft.type === 'tool.failed' || draft.batch !== undefined;
  if (!asks && !happened) return allow;
  if (state.block) return refusal(state.block, asks);
  const left = leftOf(state);
  if (left === Number.POSITIVE_INFINITY) return allow;
  const reserve = draft.type === 'tool.started' ? reservationFor(state, draft) : 0;
  // A limit of nothing lets nothing through, though nothing is spent yet.
  if (left <= 0 ? asks || happened : asks && reserve > left) {
    const reason = exceeded(state.budgetLimitMicroUsd ?? 0);
    return { ...refusal({ because: 'budget_exceeded', reason }, asks), exceeds: reason };
  }
  return reserve > 0 ? { ...allow, reserveMicroUsd: reserve } : allow;
}

/** What the agent reads; it tells it what to do. */
export const exceeded = (limitMicroUsd: number): string =>
  `The budget of ${dollars(limitMicroUsd)} for this session is spent; stop and summarise.`;

/** Whole cents where they are exact, else as many digits as it takes. */
export function dollars(microUsd: number): string {
  const exact = (microUsd / 1_000_000).toFixed(6);
  return `$${exact.replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

function refusal(block: Refusal, asks: boolean): Judgement {
  const verdict: Verdict = { type: 'stop', reason: block.reason };
  return asks ? { verdict, refused: block } : { verdict };
}
