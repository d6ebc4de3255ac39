import type { Approval } from '../../wire/approval.ts';
import type { Refusal, SessionEvent } from '../../wire/event.ts';
import type { Verdict } from '../../wire/verdict.ts';
import type { Draft } from './draft.ts';
import { leftOf, reservationFor } from './hold.ts';
import { askVerdict, decidedVerdict, decisionOn, pendingOn } from './limits/approvals.ts';
import { dollars } from './limits/dollars.ts';
import type { Want } from './limits/lease.ts';
import { type Means, noMeans } from './limits/purse.ts';
import { rateOf } from './limits/rates.ts';
import { judgeRules } from './limits/ruling.ts';
import { askBudgets } from './limits/shared.ts';
import { own } from './own.ts';
import type { SessionState } from './session-state.ts';

/** What becomes of one event. */
export interface Judgement {
  verdict: Verdict;
  /** It was not let through, and this is why. */
  refused?: Refusal;
  /** It was, and this much is set aside for it. */
  reserve?: Reserve;
  /** It waits for a person. */
  approval?: Approval;
  /** It was, and these rules wanted it seen. */
  warned?: NonNullable<SessionEvent['warned']>;
  /** A budget bites here for the first time. */
  exceeds?: Exceeded;
  /** A shared budget has room again: the session goes on. */
  resumes?: true;
  /** Nothing can be said before the ledger was asked for this much. */
  short?: Want[];
}

export interface Reserve {
  microUsd: number;
  tokens: number;
  toolMicroUsd: number;
}

/** What a budget does to the session that it refused. */
export interface Exceeded {
  reason: string;
  budgetId?: string;
  pauses?: boolean;
}

const allow: Judgement = { verdict: { type: 'allow' } };

/**
 * Judges an event before it is stored. Prompts and calls are asked for and may be refused; at what already happened an agent can
 * only be stopped. `stop` never runs a tool and starts no further model call, whichever agent hears it. Money comes first, then rules:
 * a person is not asked about what there is no money for.
 */
export function judge(state: SessionState, draft: Draft, means: Means = noMeans): Judgement {
  // Its agent went on long ago: refusing it now would only make the log say what did not happen.
  if (draft.late) return allow;
  const asks = draft.type === 'prompt' || draft.type === 'tool.started' || draft.type === 'permission.requested';
  const happened = draft.type === 'tool.finished' || draft.type === 'tool.failed' || draft.batch !== undefined;
  if (!asks && !happened) return allow;
  // What a shared budget refused is asked for anew each time: elsewhere money may have come free.
  const isAskedAnew = asks && means !== noMeans && state.block?.budgetId !== undefined;
  if (state.block && !isAskedAnew) return refusal(state.block, asks);
  const decided = draft.type === 'tool.started' ? decisionOn(state, draft.toolUseId) : undefined;
  if (decided?.outcome === 'deny') {
    const { reason } = decided;
    return { verdict: { type: 'deny', reason }, refused: { because: 'denied', reason } };
  }
  const money = judgeMoney(state, draft, means, { asks, happened, isAskedAnew });
  if (money.verdict.type !== 'allow' || money.short) return money;
  if (draft.type !== 'tool.started' && draft.type !== 'permission.requested') return money;
  const overdrawn = money.overdrawn && { budgetId: money.overdrawn.budget.id, reason: money.overdrawn.reason };
  const rule = judgeRules(state, draft, means, overdrawn);
  switch (rule.type) {
    case 'free':
      return { ...judgementOf(money), ...(rule.warned.length > 0 && { warned: rule.warned }), ...allowed(decided?.reason) };
    case 'asks':
      return { ...judgementOf(money), verdict: askVerdict(rule.approval), approval: rule.approval };
    case 'refused':
      return { verdict: { type: 'deny', reason: rule.refusal.reason }, refused: rule.refusal };
    default:
      return rule satisfies never;
  }
}

type Money = Judgement & { overdrawn?: { budget: { id: string }; reason: string } };

const judgementOf = ({ overdrawn: _, ...judgement }: Money): Judgement => judgement;

const allowed = (reason: string | undefined) => reason !== undefined && { verdict: { type: 'allow' as const, reason } };

function judgeMoney(
  state: SessionState,
  draft: Draft,
  means: Means,
  { asks, happened, isAskedAnew }: { asks: boolean; happened: boolean; isAskedAnew: boolean },
): Money {
  const left = leftOf(state);
  const shared = asks ? means.policy.budgets : [];
  if (left === Number.POSITIVE_INFINITY && shared.length === 0) return isAskedAnew ? { ...allow, resumes: true } : allow;
  const reserve = draft.type === 'tool.started' ? reserveFor(state, draft, means) : nothing;
  const microUsd = reserve.microUsd + reserve.toolMicroUsd;
  // A limit of nothing lets nothing through, though nothing is spent yet.
  if (left <= 0 ? asks || happened : asks && microUsd > left) {
    const reason = exceeded(state.budgetLimitMicroUsd ?? 0);
    return { ...refusal({ because: 'budget_exceeded', reason }, asks), exceeds: { reason } };
  }
  const asked = askBudgets(
    state,
    draft,
    { microUsd, tokens: reserve.tokens },
    { ...means, policy: { ...means.policy, budgets: shared } },
  );
  if (asked.type === 'short') return { ...allow, short: asked.wants };
  if (asked.type === 'unchecked') return refusal({ because: 'budget_exceeded', reason: asked.reason }, asks);
  if (asked.type === 'spent') {
    const { id: budgetId, action } = asked.budget;
    const because = action === 'pause' ? ('paused' as const) : ('budget_exceeded' as const);
    const refused = { because, reason: asked.reason, ...(action === 'stop' && { budgetId }) };
    const isKnown = state.block?.budgetId === budgetId && state.block.reason === asked.reason;
    const exceeds = { reason: asked.reason, budgetId, pauses: action === 'pause' };
    return { ...refusal(refused, asks), ...(!isKnown && { exceeds }) };
  }
  return {
    ...allow,
    ...(reserve !== nothing && { reserve }),
    ...(isAskedAnew && { resumes: true }),
    ...(asked.type === 'asks' && { overdrawn: asked }),
  };
}

const nothing: Reserve = { microUsd: 0, tokens: 0, toolMicroUsd: 0 };

/** Set aside only what some budget counts: a session without any writes nothing down. */
function reserveFor(state: SessionState, draft: Draft, { policy: { budgets, rates } }: Means): Reserve {
  const step = reservationFor(state, draft);
  const countsMoney = state.budgetLimitMicroUsd !== null || budgets.some(({ unit }) => unit === 'micro_usd');
  return {
    microUsd: countsMoney ? step.microUsd : 0,
    tokens: budgets.some(({ unit }) => unit === 'tokens') ? step.tokens : 0,
    toolMicroUsd: countsMoney ? (rateOf(rates, draft.tool ?? '')?.perExecutionMicroUsd ?? 0) : 0,
  };
}

/**
 * The verdict on a question that is stored already. A call that was let through stays so: its own reservation must not refuse it.
 * What waits still waits, what a person decided is repeated. Anything else is judged as things stand now.
 */
export function judgeAgain(state: SessionState, draft: Draft): Verdict {
  const id = draft.type === 'tool.started' ? draft.toolUseId : undefined;
  const pending = pendingOn(state, id);
  if (pending && state.block === null) return askVerdict(pending);
  const decided = decisionOn(state, id);
  if (decided && state.block === null) return decidedVerdict(decided);
  return id !== undefined && own(state.openCalls, id) ? allow.verdict : judge(state, draft).verdict;
}

/** A call that nobody decided on in time, or whose agent left meanwhile, is a new question when it is asked again. */
export function isAskedAnew({ approvals, decisions }: SessionState, { type, toolUseId }: Draft): boolean {
  if (type !== 'tool.started' || toolUseId === undefined) return false;
  if (approvals.some((approval) => approval.toolUseId === toolUseId && approval.deferred)) return true;
  const last = decisions.findLast((decided) => decided.toolUseId === toolUseId);
  return last?.expired === true && last.outcome !== 'allow';
}

/** What the agent reads; it tells it what to do. */
export const exceeded = (limitMicroUsd: number): string =>
  `The budget of ${dollars(limitMicroUsd)} for this session is spent; stop and summarise.`;

function refusal(block: Refusal, asks: boolean): Judgement {
  const verdict: Verdict = { type: 'stop', reason: block.reason };
  return asks ? { verdict, refused: block } : { verdict };
}
