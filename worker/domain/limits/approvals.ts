import type { Approval, ApprovalDecision } from '../../../wire/approval.ts';
import type { Control, Refusal, SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { Unanswered } from '../../../wire/rule.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import { type Draft, noteDraft } from '../draft.ts';
import { own } from '../own.ts';
import type { SessionState } from '../session-state.ts';

/** What became of a call that waited for a person; the last ones are kept, because an agent may ask again. */
export interface Decided {
  id: string;
  toolUseId?: string | undefined;
  outcome: Unanswered;
  /** What the agent reads. */
  reason: string;
  /** Nobody answered: asked again, it is a new question. */
  expired?: true;
}

/** What was allowed until the session ends: calls of one tool that one rule or budget asks about. */
export interface Grant {
  by: string;
  tool: string;
}

type Person = NonNullable<Control['by']>;

const maxRemembered = 128;

/** What waits, what was decided, and what is allowed from now on, after an event. */
export function approvalsAfter(
  state: SessionState,
  event: SessionEvent,
): Pick<SessionState, 'approvals' | 'decisions' | 'grants'> {
  const { approvals, decisions, grants } = state;
  if (event.control?.approvalId !== undefined) return decidedBy(state, event, event.control, event.control.approvalId);
  if (event.type === 'tool.finished' || event.type === 'tool.failed' || event.type === 'tool.started') {
    const others = approvals.filter(({ toolUseId }) => toolUseId === undefined || toolUseId !== event.toolUseId);
    return { approvals: event.approval ? [...others, event.approval] : others, decisions, grants };
  }
  if (event.approval) return { approvals: [...approvals, event.approval], decisions, grants };
  // Whoever begins or ends a turn no longer waits for the question that was about it.
  const isOver = event.type === 'prompt' || event.type === 'turn.finished' || event.type === 'session.ended';
  if (!isOver || event.subagentId !== undefined || approvals.length === 0) return { approvals, decisions, grants };
  return { approvals: approvals.filter(({ toolUseId, deferred }) => toolUseId !== undefined || deferred), decisions, grants };
}

function decidedBy(
  { approvals, decisions, grants }: SessionState,
  event: SessionEvent,
  { action, scope, answer }: Control,
  approvalId: string,
): Pick<SessionState, 'approvals' | 'decisions' | 'grants'> {
  const approval = approvals.find(({ id }) => id === approvalId);
  if (!approval) return { approvals, decisions, grants };
  const others = approvals.filter(({ id }) => id !== approvalId);
  if (action === 'approval_expired' && answer === 'defer') {
    const deferred: Approval = {
      ...approval,
      deferred: true,
      until: new Date(Date.parse(event.receivedAt) + patienceMs).toISOString(),
    };
    return { approvals: [...others, deferred], decisions, grants };
  }
  const isAllowed = action === 'approval_allowed';
  const decided: Decided = {
    id: approvalId,
    ...(approval.toolUseId !== undefined && { toolUseId: approval.toolUseId }),
    outcome: isAllowed ? 'allow' : (answer ?? 'deny'),
    reason: event.text ?? '',
    ...(action === 'approval_expired' && { expired: true }),
  };
  const asked = [approval.ruleId, approval.budgetId].filter((by) => by !== undefined);
  const granted: Grant[] = isAllowed && scope === 'session' ? asked.map((by) => ({ by, tool: approval.tool })) : [];
  return {
    approvals: others,
    decisions: [...decisions, decided].slice(-maxRemembered),
    grants: [...grants, ...granted].slice(-maxRemembered),
  };
}

/** A deferred call waits as long as a session that waits for a person. */
const patienceMs = limits.maxApprovalWaitSeconds * 1000;

export const isGranted = ({ grants }: SessionState, by: string, tool: string): boolean =>
  grants.some((grant) => grant.by === by && grant.tool === tool);

/** What a person decided about this very call, where one did: an agent that is resumed asks again. */
export const decisionOn = ({ decisions }: SessionState, toolUseId: string | undefined): Decided | undefined =>
  toolUseId === undefined ? undefined : decisions.findLast((decided) => decided.toolUseId === toolUseId && !decided.expired);

export const pendingOn = ({ approvals }: SessionState, toolUseId: string | undefined): Approval | undefined =>
  toolUseId === undefined ? undefined : approvals.find((approval) => approval.toolUseId === toolUseId);

/** The verdict on a call that waits. */
export const askVerdict = ({ id, reason, until, unanswered }: Approval): Verdict => ({
  type: 'ask',
  reason,
  approvalId: id,
  until,
  unanswered,
});

/** What an agent hears whose client cannot reach us when the time of its question is over: nobody answered, and the rule says what then. */
export function unreachedVerdict({ reason, unanswered = 'deny' }: Extract<Verdict, { type: 'ask' }>): Verdict {
  const words = `${reason} Nobody answered, and Flightdeck could not be reached any more, ${unansweredWords[unanswered]}.`;
  return decidedVerdict({ id: '', outcome: unanswered, reason: words, expired: true });
}

/** Whether somebody in Flightdeck has still to decide. */
export const isPending = (
  verdict: Verdict,
): verdict is Extract<Verdict, { type: 'ask' }> & { approvalId: string; until: string } =>
  verdict.type === 'ask' && verdict.approvalId !== undefined;

/** What whoever waits for an approval is told: `ask` while nothing is decided; undefined where there was no such question. */
export function verdictFor(state: SessionState, approvalId: string): Verdict | undefined {
  const pending = state.approvals.find(({ id }) => id === approvalId);
  if (pending?.deferred) return { type: 'defer', reason: pending.reason };
  if (state.block && pending) return { type: 'stop', reason: state.block.reason };
  if (pending) return askVerdict(pending);
  const decided = state.decisions.findLast(({ id }) => id === approvalId);
  if (decided) return decidedVerdict(decided);
  // Its call was closed while it waited: by a stop, or because its agent went on without us.
  const seq = Number(approvalId.replace('apr_', ''));
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > state.lastSeq) return undefined;
  return state.block
    ? { type: 'stop', reason: state.block.reason }
    : { type: 'deny', reason: 'Nobody waits for this call any more.' };
}

export function decidedVerdict({ outcome, reason, expired }: Decided): Verdict {
  switch (outcome) {
    case 'allow':
      // What only nobody forbade is not what a person allowed: the agent may still ask its own.
      return expired ? { type: 'allow' } : { type: 'allow', reason };
    case 'deny':
      return { type: 'deny', reason };
    case 'terminal':
      return { type: 'ask', reason };
    case 'defer':
      return { type: 'defer', reason };
    default:
      return outcome satisfies never;
  }
}

/** What a decision came to: the drafts that carry it out, none where the same was decided before. */
export type DecisionOrder = { ok: true; drafts: Draft[] } | { ok: false; code: 'not_found' | 'conflict'; message: string };

/** A person's answer to a call that waits. */
export function decisionOrder(state: SessionState, approvalId: string, given: ApprovalDecision, by: Person): DecisionOrder {
  const { decision, scope, note } = given;
  const approval = state.approvals.find(({ id }) => id === approvalId);
  if (!approval) return decidedAlready(state, approvalId, decision);
  const others = state.approvals.length > 1;
  const control: Control = {
    action: decision === 'allow' ? 'approval_allowed' : 'approval_denied',
    approvalId,
    by,
    ...(decision === 'allow' && { scope }),
    ...(note && { note }),
    ...(!others && state.endedAtMs === null && state.block === null && { status: 'running' as const }),
  };
  const words = decision === 'allow' ? `Allowed by ${by.name} in Flightdeck` : `Denied by ${by.name} in Flightdeck`;
  const text = note ? `${words}: ${note}` : `${words}.${decision === 'deny' ? toItsAgent : ''}`;
  return { ok: true, drafts: [noteDraft(control, text), ...(decision === 'deny' ? neverRan(state, approval, text) : [])] };
}

const toItsAgent = ' Do not try it another way; say what you wanted, or go on without it.';

/** What was decided, and by whom, without the orders to the agent. */
export const decidedWords = (reason: string): string => reason.replace(toItsAgent, '');

function decidedAlready(state: SessionState, approvalId: string, decision: 'allow' | 'deny'): DecisionOrder {
  const decided = state.decisions.findLast(({ id }) => id === approvalId);
  if (!decided && verdictFor(state, approvalId) === undefined)
    return { ok: false, code: 'not_found', message: 'There is no such question in this session.' };
  if (decided && !decided.expired && decided.outcome === decision) return { ok: true, drafts: [] };
  const message = decided
    ? `It is decided already. ${decided.reason}`
    : 'Its agent no longer waits: the call was stopped, or the session went on without it.';
  return { ok: false, code: 'conflict', message };
}

/** What happens to the calls whose time is up. A second run finds nothing. */
export function expiryDrafts(state: SessionState, nowMs: number): Draft[] {
  const due = state.approvals.filter(({ until }) => Date.parse(until) <= nowMs);
  const left = state.approvals.length - due.length;
  const leaver = leaverOf(state, due);
  return due.flatMap((approval, index) => {
    const answer = approval.unanswered === 'defer' && approval !== leaver ? 'deny' : approval.unanswered;
    const isLast = left === 0 && index === due.length - 1 && !leaver && state.endedAtMs === null && state.block === null;
    const control: Control = {
      action: 'approval_expired',
      approvalId: approval.id,
      answer,
      ...(isLast && { status: 'running' as const }),
    };
    const text = expiredWords(approval, answer);
    return [noteDraft(control, text), ...(answer === 'deny' ? neverRan(state, approval, text) : [])];
  });
}

/**
 * The call that its agent leaves with, to ask again when it is resumed; what else should be deferred is denied. Only a headless Claude
 * Code leaves, and once for a call that nobody decides in a day. It comes back with one call: of two that were deferred in one
 * message it asks about the last, and has forgotten the other.
 */
function leaverOf({ owner, approvals }: SessionState, due: readonly Approval[]): Approval | undefined {
  if (owner.agent !== 'claude-code' || approvals.some(({ deferred }) => deferred)) return undefined;
  return due.find(({ unanswered }) => unanswered === 'defer');
}

function expiredWords({ askedAt, until, reason, deferred }: Approval, answer: Unanswered): string {
  const seconds = Math.max(1, Math.round((Date.parse(until) - Date.parse(askedAt)) / 1000));
  const time = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  if (deferred) return 'Nobody decided within a day.';
  return `${reason} Nobody answered within ${time}, ${unansweredWords[answer]}.`;
}

const unansweredWords: Record<Unanswered, string> = {
  allow: 'so it may run',
  deny: 'so it is refused. Go on without it, or stop and say what is needed',
  terminal: 'so its own person decides',
  defer: 'so the agent leaves until somebody has',
};

/** The calls that a hold takes out of their agents' hands. Who was deferred has left already, and only a stop is the end of that. */
export function withdrawals(state: SessionState, { because, reason }: Refusal): Draft[] {
  const concerned = state.approvals.filter(({ deferred }) => because === 'stopped' || !deferred);
  return concerned.flatMap((approval) => neverRan(state, approval, reason));
}

/** A call that waited and was refused: no hook will say so. A question without a call of its own has nothing to close. */
function neverRan({ openCalls }: SessionState, { tool, toolUseId }: Approval, text: string): Draft[] {
  if (toolUseId === undefined) return [];
  const subagentId = own(openCalls, toolUseId)?.subagentId;
  return [{ type: 'tool.failed', hook: 'flightdeck', tool, toolUseId, subagentId, ok: false, text }];
}
