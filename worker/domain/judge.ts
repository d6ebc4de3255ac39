import type { Approval } from '../../wire/approval.ts';
import type { Refusal, SessionEvent } from '../../wire/event.ts';
import type { Verdict } from '../../wire/verdict.ts';
import type { Draft } from './draft.ts';
import { reservationFor } from './hold.ts';
import { askVerdict, decidedVerdict, decisionOn, pendingOn } from './limits/approvals.ts';
import type { Want } from './limits/lease.ts';
import { isQuota } from './limits/meters.ts';
import { type Means, metersOf, noMeans } from './limits/purse.ts';
import { rateOf } from './limits/rates.ts';
import { familyUncheckedReason, type SpentWords } from './limits/refusal.ts';
import { judgeRules } from './limits/ruling.ts';
import { type Crossed, crossedLimit, type SessionLimit, sessionLimits } from './limits/session-limit.ts';
import { askMeters, isLetThrough } from './limits/shared.ts';
import { own } from './own.ts';
import { isQuestion } from './question.ts';
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
export interface Exceeded extends SpentWords {
  budgetId?: string | undefined;
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
  const asks = isQuestion(draft);
  const happened = draft.type === 'tool.finished' || draft.type === 'tool.failed' || draft.batch !== undefined;
  if (!asks && !happened) return allow;
  // What a budget refused is asked for anew each time: money may have come free, here or elsewhere.
  const isAskedAnew = asks && means !== noMeans && state.block?.because === 'budget_exceeded';
  if (state.block && !isAskedAnew) return refusal(state.block, asks);
  const decided = draft.type === 'tool.started' ? decisionOn(state, draft.toolUseId) : undefined;
  if (decided?.outcome === 'deny') {
    const { reason } = decided;
    return { verdict: { type: 'deny', reason }, refused: { because: 'denied', reason } };
  }
  const money = judgeMoney(state, draft, means, { asks, isAskedAnew });
  if (money.verdict.type !== 'allow' || money.short) return money;
  if (draft.type !== 'tool.started' && draft.type !== 'permission.requested') return money;
  const rule = judgeRules(state, draft, means, money.overdrawn);
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

/** A budget at its limit that wants a person asked. */
interface Overdrawn {
  budgetId: string;
  reason: string;
}

type Money = Judgement & { overdrawn?: Overdrawn };

const judgementOf = ({ overdrawn: _, ...judgement }: Money): Judgement => judgement;

const allowed = (reason: string | undefined) => reason !== undefined && { verdict: { type: 'allow' as const, reason } };

function judgeMoney(
  state: SessionState,
  draft: Draft,
  means: Means,
  { asks, isAskedAnew }: { asks: boolean; isAskedAnew: boolean },
): Money {
  const limits = sessionLimits(state, means.policy);
  const { family } = means.policy;
  if (asks && family?.isPending) return refusal({ because: 'budget_exceeded', reason: familyUncheckedReason }, asks);
  // Events and bytes are counted by the POST, whatever is in it.
  const shared = asks ? metersOf(means.policy).filter(({ unit }) => unit !== 'events' && unit !== 'bytes') : [];
  if (limits.length === 0 && shared.length === 0) return isAskedAnew ? { ...allow, resumes: true } : allow;
  const reserve = draft.type === 'tool.started' ? reserveFor(state, draft, means) : nothing;
  const step = { microUsd: reserve.microUsd + reserve.toolMicroUsd, tokens: reserve.tokens };
  // A limit of nothing lets nothing through, though nothing is spent yet.
  const crossed = crossedLimit(state, limits, asks ? step : noStep, ['stop', 'pause']);
  if (crossed) return overspent(state, crossed, asks);
  const asked = shared.length === 0 ? { type: 'room' as const } : askMeters(state, draft, step, means, shared);
  if (asked.type === 'short') return { ...allow, short: asked.wants };
  if (asked.type === 'unchecked') {
    const because = isQuota(asked.meter) ? ('quota_exceeded' as const) : ('budget_exceeded' as const);
    return refusal({ because, reason: asked.reason }, asks);
  }
  // No hold: what other sessions use changes by the minute, and each question is asked anew.
  if (asked.type === 'used_up') return refusal({ because: 'quota_exceeded', reason: asked.reason }, asks);
  if (asked.type === 'spent') {
    const { id: budgetId, action } = asked.budget;
    return overspent(state, { budgetId, action, ...asked.words }, asks);
  }
  const overdrawn =
    asked.type === 'asks' ? { budgetId: asked.budget.id, reason: asked.words.reason } : askingLimit(state, draft, limits, step);
  return {
    ...allow,
    ...(reserve !== nothing && { reserve }),
    ...(isAskedAnew && { resumes: true }),
    ...(overdrawn && { overdrawn }),
  };
}

/** No budget's money is asked for what has happened; one that is used up holds the agent all the same. */
const noStep = { microUsd: 0, tokens: 0 };

/** A budget with no room: what the agent hears, and what becomes of its session where that is news. */
function overspent(
  state: SessionState,
  { budgetId, action, what, reason }: Pick<Crossed, 'budgetId' | 'action' | 'what' | 'reason'>,
  asks: boolean,
): Judgement {
  const pauses = action === 'pause';
  const because = pauses ? ('paused' as const) : ('budget_exceeded' as const);
  const refused = { because, reason, what, ...(budgetId !== undefined && { budgetId }) };
  const isKnown = state.block?.because === because && state.block.budgetId === budgetId && state.block.reason === reason;
  return { ...refusal(refused, asks), ...(!isKnown && { exceeds: { what, reason, budgetId, pauses } }) };
}

/** What each session gets and a person may let it cross, call by call. */
function askingLimit(
  state: SessionState,
  draft: Draft,
  limits: readonly SessionLimit[],
  step: typeof noStep,
): Overdrawn | undefined {
  const asking = limits.filter(({ budgetId = '' }) => !isLetThrough(state, draft, { id: budgetId }));
  const crossed = crossedLimit(state, asking, step, ['ask']);
  return crossed?.budgetId === undefined ? undefined : { budgetId: crossed.budgetId, reason: crossed.reason };
}

const nothing: Reserve = { microUsd: 0, tokens: 0, toolMicroUsd: 0 };

/** Set aside only what some budget counts: a session without any writes nothing down. */
function reserveFor(state: SessionState, draft: Draft, { policy }: Means): Reserve {
  const budgets = [...policy.budgets, ...metersOf(policy)];
  const step = reservationFor(state, draft);
  const countsMoney = state.budgetLimitMicroUsd !== null || budgets.some(({ unit }) => unit === 'micro_usd');
  const countsTokens = state.budgetLimitTokens !== null || budgets.some(({ unit }) => unit === 'tokens');
  return {
    microUsd: countsMoney ? step.microUsd : 0,
    tokens: countsTokens ? step.tokens : 0,
    toolMicroUsd: countsMoney ? (rateOf(policy.rates, draft.tool ?? '')?.perExecutionMicroUsd ?? 0) : 0,
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

function refusal(block: Refusal, asks: boolean): Judgement {
  const verdict: Verdict = { type: 'stop', reason: block.reason };
  return asks ? { verdict, refused: block } : { verdict };
}
