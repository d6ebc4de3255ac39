import { NativeAgent } from '../../wire/agent.ts';
import type { Control, SessionEvent, Usage } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { SessionStatus } from '../../wire/session.ts';
import { activityOf } from './activity.ts';
import { clip } from './clip.ts';
import { collisionsAfter } from './collision.ts';
import { costsAfter, plusTokens, toolCostIn } from './cost-parts.ts';
import type { SessionFacts } from './draft.ts';
import { isFailure } from './failure.ts';
import { blockAfter, moneyAfter } from './hold.ts';
import { approvalsAfter } from './limits/approvals.ts';
import { startsAfter } from './limits/spending.ts';
import { messagesAfter } from './messages.ts';
import { own } from './own.ts';
import { isQuestion } from './question.ts';
import { hooksWith } from './recent-hooks.ts';
import { changeStatus, isEnded, statusAfter, turnAfter } from './session.ts';
import { byAge, noUsage, type SessionState, type UsageTotal } from './session-state.ts';
import { emptyStream, mark } from './stream.ts';
import { touchesAfter } from './touch.ts';

/** What is stored beside an event: enough, with the event, to rebuild the state. Short names because every row carries them. */
export interface Mark {
  /** Hash of the event's key. */
  k?: string;
  /** Its number in the record's stream. */
  n?: number;
  /** Facts about the session that came with it. */
  f?: SessionFacts;
}

const maxRemembered = 256;

/** The state after one event: the same whether the event was just accepted or is read back from the log. */
export function evolve(state: SessionState, event: SessionEvent, { n, f }: Mark = {}, stream?: string): SessionState {
  const turn = turnAfter(state.turn, event);
  const ending = { turn: state.turn, tellsTurns: NativeAgent.safeParse(state.owner.agent).success };
  const block = blockAfter(state, event);
  const atMs = isBeside(event) ? state.lastEventAtMs : Date.parse(event.receivedAt);
  const asked = approvalsAfter(state, event);
  const told = isHeld(block, event)
    ? state.status
    : askedStatus(asked.approvals, event, statusAfter(state.status, event, ending));
  const status = isBeforeAgent(event) ? 'queued' : told;
  const calls = callsAfter(state, event, atMs);
  const isNewCall = calls.toolCallCount > state.toolCallCount;
  const hasFailed = isFailure(event, isNewCall || own(state.openCalls, event.toolUseId ?? '') !== undefined);
  const facts = factsOf(state, event, f);
  const endedAtMs = endOf(state, status, event, atMs);
  return {
    ...state,
    ...facts,
    ...(stream !== undefined && n !== undefined && streamsWith(state, stream, n)),
    ...calls,
    lastSeq: event.seq,
    eventCount: state.eventCount + 1,
    // Our own controls are nothing that its agent sent.
    recentHooks: event.type === 'control' ? state.recentHooks : hooksWith(state.recentHooks, atMs, 1, 0),
    errorCount: state.errorCount + (hasFailed ? 1 : 0),
    redactionCount: state.redactionCount + (event.redactions ?? 0),
    lastEventAtMs: atMs,
    usage: usageAfter(state, event),
    costs: costsAfter(state, event, isNewCall),
    turn,
    status,
    endedAtMs,
    ...runAfter(state, status, block, atMs),
    ...(state.status === 'queued' && status === 'running' && { startedAtMs: atMs }),
    block,
    touches: endedAtMs === null ? touchesAfter({ ...state, ...facts }, event, atMs) : {},
    collisions: collisionsAfter(state, event, endedAtMs !== null, atMs),
    parent: parentAfter(state, event),
    branch: branchAfter(state, event),
    request: requestAfter(state, event),
    outcome: outcomeAfter(state, event),
    ...asked,
    messages: messagesAfter(state, event),
    ...moneyAfter(state, event),
    isAdmitted: endedAtMs === null && (state.isAdmitted || (isQuestion(event) && !event.refused)),
    toolCostMicroUsd: state.toolCostMicroUsd + toolCostIn(event),
    windowStarts: startsAfter(state, atMs),
    activity: isEnded(status) ? status.replace('_', ' ') : (activityOf(event) ?? state.activity),
  };
}

/** A correction of the books is no activity: it belongs to the day that it corrects. Nor is what was made of it: a snapshot, a branch. */
const isBeside = ({ control }: SessionEvent): boolean => control !== undefined && besides.has(control.action);

const besides: ReadonlySet<Control['action']> = new Set(['repriced', 'snapshot_taken', 'branch_made', 'branch_merged', 'merged']);

/** The first event of a branch, or of a session that was asked for, comes before its agent does. */
const isBeforeAgent = ({ control }: SessionEvent): boolean => control?.action === 'branched' || control?.action === 'requested';

function requestAfter({ request }: SessionState, { control }: SessionEvent): SessionState['request'] {
  if (control?.request) return { ...control.request, machine: null };
  if (!request || (control?.action !== 'claimed' && control?.action !== 'unclaimed')) return request;
  return { ...request, machine: control.action === 'claimed' ? (control.machine ?? null) : null };
}

function branchAfter({ branch }: SessionState, { control }: SessionEvent): SessionState['branch'] {
  if (control?.action === 'branched') return control.branch ?? null;
  return branch && control?.action === 'merged' ? { ...branch, mergedSeq: control.outcome?.seq ?? 0 } : branch;
}

function parentAfter({ parent }: SessionState, { control }: SessionEvent): SessionState['parent'] {
  if (!parent || (control?.action !== 'parent_found' && control?.action !== 'parent_ignored')) return parent;
  return { id: parent.id, is: control.action === 'parent_found' ? 'found' : 'ignored' };
}

/** A held session's own events do not move it: only a person does, or the agent's return after a stop. */
const isHeld = (block: SessionState['block'], event: SessionEvent): boolean => block !== null && event.type !== 'control';

/** While a call waits for a person so does its session, whatever others of its calls do; who was deferred comes back for the answer. */
function askedStatus(approvals: SessionState['approvals'], event: SessionEvent, status: SessionStatus): SessionStatus {
  if (approvals.length === 0) return status;
  if (status === 'running') return changeStatus('running', 'waiting');
  return event.type === 'session.ended' && approvals.some(({ deferred }) => deferred) ? 'waiting' : status;
}

/** What the main agent said last: a turn's end repeats its last message. */
function outcomeAfter({ outcome }: SessionState, { type, text = '', subagentId }: SessionEvent): string {
  if (subagentId !== undefined || (type !== 'message' && type !== 'turn.finished')) return outcome;
  return clip(text.trim(), limits.maxOutcomeLength) || outcome;
}

/** Whoever starts, is let go on after a hold, or comes back after the end, has its whole time again; waiting for a person takes none of it. */
function runAfter(
  state: SessionState,
  status: SessionState['status'],
  block: SessionState['block'],
  atMs: number,
): Pick<SessionState, 'runSinceMs' | 'waitSinceMs'> {
  const waitSinceMs = status === 'waiting' ? (state.waitSinceMs ?? atMs) : null;
  const goesOn =
    status === 'running' && ((state.block !== null && block === null) || isEnded(state.status) || state.status === 'queued');
  if (goesOn) return { runSinceMs: atMs, waitSinceMs };
  const waitedMs = waitSinceMs === null && state.waitSinceMs !== null ? atMs - state.waitSinceMs : 0;
  return { runSinceMs: state.runSinceMs + waitedMs, waitSinceMs };
}

/** A session that is held when its agent goes keeps its status, and is over all the same. */
function endOf(state: SessionState, status: SessionState['status'], event: SessionEvent, atMs: number): number | null {
  if (isEnded(status) || (event.type === 'session.ended' && status !== 'running')) return state.endedAtMs ?? atMs;
  return status === 'running' || status === 'waiting' ? null : state.endedAtMs;
}

function factsOf(state: SessionState, event: SessionEvent, facts: SessionFacts = {}): Partial<SessionState> {
  return {
    // A call of no known purpose names the model only until something better does.
    model: facts.model ?? state.model ?? (event.subagentId ? null : (event.usage?.model ?? null)),
    cwd: facts.cwd ?? state.cwd,
    root: facts.root ?? state.root ?? facts.cwd ?? null,
    repository: facts.repository ?? state.repository,
    gitBranch: facts.gitBranch ?? state.gitBranch,
    tags: event.control?.tags ?? state.tags,
    ...titleOf(state, event, facts),
  };
}

/** A person's title stays; else the agent's; else the first line of the first prompt that a person wrote. */
function titleOf(state: SessionState, event: SessionEvent, facts: SessionFacts): Pick<SessionState, 'title' | 'titledByPerson'> {
  if (event.control?.title) return { title: event.control.title, titledByPerson: true };
  const { title, titledByPerson } = state;
  if (titledByPerson) return { title, titledByPerson };
  if (facts.title) return { title: clip(facts.title, limits.maxTitleLength), titledByPerson };
  if (title !== '' || event.type !== 'prompt' || !event.text || event.text.startsWith('<task-notification>')) {
    return { title, titledByPerson };
  }
  const line = event.text.trim().split('\n', 1)[0]?.trim() ?? '';
  return { title: clip(line, limits.maxTitleLength), titledByPerson };
}

function streamsWith(state: SessionState, name: string, n: number): Pick<SessionState, 'streams' | 'streamOrder'> {
  const streams = { ...state.streams, [name]: mark(own(state.streams, name) ?? emptyStream, n) };
  if (state.streamOrder.at(-1) === name) return { streams, streamOrder: state.streamOrder };
  const streamOrder = [...state.streamOrder.filter((other) => other !== name), name];
  while (streamOrder.length > limits.maxStreamsPerSession) {
    const oldest = streamOrder.shift();
    if (oldest !== undefined) delete streams[oldest];
  }
  return { streams, streamOrder };
}

function callsAfter(
  state: SessionState,
  event: SessionEvent,
  atMs: number,
): Pick<SessionState, 'openCalls' | 'settledCalls' | 'closedCalls' | 'toolCallCount'> {
  const { openCalls, settledCalls, closedCalls, toolCallCount } = state;
  const id = event.toolUseId;
  const same = { openCalls, settledCalls, closedCalls, toolCallCount };
  if (event.type === 'subagent.started' && event.parentToolUseId && event.subagentId) {
    const call = own(openCalls, event.parentToolUseId);
    if (!call) return same;
    return { ...same, openCalls: { ...openCalls, [event.parentToolUseId]: { ...call, startedSubagent: event.subagentId } } };
  }
  if (id === undefined) return same;
  if (event.type !== 'tool.started' && event.type !== 'tool.finished' && event.type !== 'tool.failed') return same;
  const open = own(openCalls, id);
  const isNew = !open && !settledCalls.includes(id) && !closedCalls.includes(id);
  const count = toolCallCount + (isNew ? 1 : 0);
  if (event.type === 'tool.started') {
    // A spool may bring a call's start after its end. What we closed ourselves may start again: it was refused, or held.
    if (settledCalls.includes(id) && !closedCalls.includes(id)) return same;
    const call = {
      seq: event.seq,
      atMs,
      tool: event.tool ?? '',
      subagentId: event.subagentId,
      reservedMicroUsd: event.reservedToolMicroUsd,
    };
    return { ...same, openCalls: capped({ ...openCalls, [id]: call }), toolCallCount: count };
  }
  const { [id]: _, ...others } = openCalls;
  return {
    openCalls: open ? others : openCalls,
    settledCalls: [...settledCalls, id].slice(-maxRemembered),
    closedCalls: event.hook === 'flightdeck' ? [...closedCalls, id].slice(-maxRemembered) : closedCalls,
    toolCallCount: count,
  };
}

/** The oldest open call makes room: an agent that never ends its calls must not grow the checkpoint. */
function capped(openCalls: SessionState['openCalls']): SessionState['openCalls'] {
  const entries = byAge(openCalls);
  return entries.length <= limits.maxOpenCalls ? openCalls : Object.fromEntries(entries.slice(-limits.maxOpenCalls));
}

function usageAfter(state: SessionState, { usage, costMicroUsd, control }: SessionEvent): SessionState['usage'] {
  if (usage) return usageWith(state, usage, costMicroUsd);
  return control?.repriced ? usageCorrected(state, control.repriced, control.deltaMicroUsd ?? 0) : state.usage;
}

function usageWith(state: SessionState, usage: Usage, costMicroUsd: number | null | undefined): SessionState['usage'] {
  const source = usage.source ?? 'logs';
  return { ...state.usage, [source]: add(state.usage[source] ?? noUsage, usage, costMicroUsd) };
}

function usageCorrected(
  { usage }: SessionState,
  { source, unpricedCalls }: NonNullable<Control['repriced']>,
  deltaMicroUsd: number,
): SessionState['usage'] {
  const total = usage[source] ?? noUsage;
  const costMicroUsd = total.costMicroUsd + deltaMicroUsd;
  return { ...usage, [source]: { ...total, costMicroUsd, unpricedCalls: total.unpricedCalls + unpricedCalls } };
}

const add = (total: UsageTotal, usage: Usage, costMicroUsd: number | null | undefined): UsageTotal => ({
  tokens: plusTokens(total.tokens, usage),
  costMicroUsd: total.costMicroUsd + (costMicroUsd ?? 0),
  unpricedCalls: total.unpricedCalls + (typeof costMicroUsd === 'number' ? 0 : 1),
});
