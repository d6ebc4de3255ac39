import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { Verdict } from '../../wire/verdict.ts';
import { clip } from './clip.ts';
import type { Draft } from './draft.ts';
import { evolve, type Mark } from './evolve.ts';
import type { Ingest } from './ingest.ts';
import { type Exceeded, isAskedAnew, type Judgement, judge, judgeAgain } from './judge.ts';
import { withdrawals } from './limits/approvals.ts';
import type { Want } from './limits/lease.ts';
import { atOwnPrice } from './limits/prices.ts';
import { type Means, noMeans } from './limits/purse.ts';
import { toolCost } from './limits/rates.ts';
import { spentLimit } from './limits/session-limit.ts';
import { own } from './own.ts';
import { isEnded } from './session.ts';
import { byAge, type SessionState, usageSources } from './session-state.ts';
import { emptyStream, fits, hasSeen } from './stream.ts';

/** One log row: the events that one POST added, and what rebuilds the state from them. */
export interface LogRecord {
  stream?: string;
  postId?: string;
  events: SessionEvent[];
  marks: Mark[];
}

export type Taken =
  | {
      ok: true;
      state: SessionState;
      record: LogRecord;
      accepted: number;
      duplicates: number;
      verdict: Verdict;
      /** What the agent is given to read. */
      messages: string[];
    }
  | { ok: false; code: 'stream_gap'; mark: number }
  /** Nothing was decided: the ledger has to be asked for this much first. */
  | { ok: false; code: 'short'; wants: Want[] };

/** The keys (hashed) that this session has already stored. */
export interface SeenKeys {
  has(hash: string): boolean;
}

/**
 * Decides what one POST adds to a session: drops what is known, pairs calls, closes what was left open, numbers the rest. Changes
 * nothing itself; the caller stores `record` and keeps `state`, or keeps the old state if storing fails.
 */
export function take(
  before: SessionState,
  seen: SeenKeys,
  ingest: Ingest,
  nowMs: number,
  means: Means = { ...noMeans, nowMs },
): Taken {
  const stream = ingest.stream === undefined ? undefined : (own(before.streams, ingest.stream) ?? emptyStream);
  if (stream) {
    const numbers = ingest.drafts.flatMap((draft) => (draft.n === undefined ? [] : [draft.n]));
    if (!fits(stream, numbers)) return { ok: false, code: 'stream_gap', mark: stream.mark };
  }
  const run = new Run(before, ingest, nowMs, { ...means, holdMs: ingest.holdMs });
  const fresh = new Set<string>();
  let duplicates = 0;
  for (const draft of ingest.drafts) {
    const known = isKnown(run.state, seen, fresh, ingest.stream, draft);
    if (known && draft.n === undefined && isAskedAnew(run.state, draft)) {
      run.add({ ...draft, key: undefined });
      if (run.short) return { ok: false, code: 'short', wants: run.short };
      continue;
    }
    if (known) {
      duplicates += 1;
      run.hear(draft, judgeAgain(run.state, draft));
      continue;
    }
    if (draft.key !== undefined) fresh.add(draft.key);
    run.add(draft);
    if (run.short) return { ok: false, code: 'short', wants: run.short };
  }
  const { state, record, verdict, messages } = run;
  return { ok: true, state, record, accepted: ingest.drafts.length - duplicates, duplicates, verdict, messages };
}

/** The answer to a POST that is stored already: its questions are judged as things stand. */
export const verdictOn = (state: SessionState, { drafts, asking }: Ingest): Verdict =>
  drafts
    .filter(({ n }) => asking === undefined || n === asking)
    .map((draft) => judgeAgain(state, draft))
    .find(({ type }) => type !== 'allow') ?? { type: 'allow' };

/** Numbered events are judged by their number alone, others by their key; an event with neither is always new. */
function isKnown(state: SessionState, seen: SeenKeys, fresh: Set<string>, stream: string | undefined, { n, key }: Draft) {
  if (stream !== undefined && n !== undefined) return hasSeen(own(state.streams, stream) ?? emptyStream, n);
  return key !== undefined && (seen.has(key) || fresh.has(key));
}

/** Appends drafts, and what follows from them, to a record. Lives for one call of `take`. */
class Run {
  state: SessionState;
  readonly record: LogRecord;
  verdict: Verdict = noVerdict;
  readonly messages: string[] = [];
  private readonly asking: number | undefined;
  /** Set where a call cannot be judged yet; what was appended counts for nothing then. */
  short: Want[] | undefined;
  private readonly nowMs: number;
  private readonly means: Means;
  private factsLength = 0;

  constructor(state: SessionState, { stream, postId, asking }: Ingest, nowMs: number, means: Means) {
    this.state = state;
    this.asking = asking;
    this.record = { stream, postId, events: [], marks: [] };
    this.nowMs = nowMs;
    this.means = means;
  }

  add(draft: Draft): void {
    const isOutdone = draft.usageSource !== undefined && isOutranked(this.state, draft.usageSource);
    if (!isOutdone) this.place(draft);
    // A numbered event keeps its place, or its stream's mark would wait for it for ever; a message stays a message.
    else if (draft.n !== undefined || draft.type !== 'usage') this.place(uncounted(draft));
  }

  private place(draft: Draft): void {
    for (const call of draft.batch ?? []) this.closeUntold(draft, call.toolUseId, call.tool, call.input, call.output);
    if (draft.type === 'session.ended') this.closeOpen(() => true, draft.at);
    if (draft.type === 'turn.finished' && draft.subagentId === undefined) {
      this.closeOpen((subagentId) => subagentId === undefined, draft.at);
    }
    if (draft.type === 'subagent.finished' && draft.subagentId !== undefined) {
      this.closeOpen((subagentId) => subagentId === draft.subagentId, draft.at);
    }
    // What a batch brings beside the question has happened: no money is asked for it.
    const isAsked = this.asking === undefined || draft.n === this.asking;
    const judgement = judge(this.state, draft, isAsked ? this.means : undefined);
    if (judgement.short) {
      this.short = judgement.short;
      return;
    }
    this.hear(draft, judgement.verdict);
    if (judgement.resumes) this.resume();
    const event = this.costed({
      ...eventOf(draft, this.state, this.nowMs),
      ...judged(judgement),
      ...(isAsked && this.handOver(draft, judgement)),
    });
    // Agents without call ids get theirs from the room, and whoever waits is found by it.
    if (event.approval && draft.type === 'tool.started') event.approval = { ...event.approval, toolUseId: event.toolUseId };
    // A refused question may be asked again under the same key, and is then a new attempt.
    this.append(event, this.markOf(judgement.refused ? { ...draft, key: undefined } : draft));
    if (judgement.refused && event.type === 'tool.started' && event.toolUseId) this.closeRefused(event, judgement.refused.reason);
    if (judgement.exceeds !== undefined) this.exceed(judgement.exceeds);
    if (draft.usage || draft.control) this.holdIfSpent();
  }

  /** One POST, one answer: of a batch's verdicts the hardest, or the one that is asked for. */
  hear({ n }: Draft, verdict: Verdict): void {
    if (this.asking !== undefined && n !== this.asking) return;
    if (hardness[verdict.type] > hardness[this.verdict.type] || this.verdict === noVerdict) this.verdict = verdict;
  }

  /** An agent that is let go on reads what people wrote to it, where its hook's answer can carry that. */
  private handOver({ carries }: Draft, { verdict }: Judgement): Pick<SessionEvent, 'delivered'> {
    const { messages } = this.state;
    if (!carries || verdict.type !== 'allow' || messages.length === 0) return {};
    this.messages.push(...messages.map(({ text }) => text));
    return { delivered: messages.map(({ seq }) => seq) };
  }

  /** A refused call never ran; no hook will say so. */
  private closeRefused({ tool = '', toolUseId, subagentId }: SessionEvent, reason: string): void {
    const told: Draft = { type: 'tool.failed', hook: 'flightdeck', tool, toolUseId, ok: false, text: reason, subagentId };
    this.append(eventOf(told, this.state, this.nowMs), {});
  }

  /** What a session may spend by itself is known to be spent without its agent's asking. */
  private holdIfSpent(): void {
    if (this.state.block !== null || isEnded(this.state.status)) return;
    const spent = spentLimit(this.state, this.means.policy);
    if (spent) this.exceed({ ...spent, pauses: spent.action === 'pause' });
  }

  private exceed({ reason, budgetId, pauses }: Exceeded): void {
    const how = pauses
      ? { action: 'paused' as const, status: 'paused' as const }
      : { action: 'budget_exceeded' as const, status: 'budget_exceeded' as const };
    const control: Draft = {
      type: 'control',
      hook: 'flightdeck',
      text: reason,
      control: { ...how, ...(budgetId && { budgetId }) },
    };
    this.append(eventOf(control, this.state, this.nowMs), {});
  }

  /** Nobody did it: the budget that held the session has room again. */
  private resume(): void {
    const control: Draft = {
      type: 'control',
      hook: 'flightdeck',
      text: 'the budget has room again',
      control: { action: 'resumed', status: 'running' },
    };
    this.append(eventOf(control, this.state, this.nowMs), {});
  }

  /**
   * A model call costs what the organization's table says, before anybody else is heard. An ended call costs what its tool's rate
   * says, once; what nobody heard the end of costs nothing.
   */
  private costed(event: SessionEvent): SessionEvent {
    if (event.usage) return atOwnPrice(event, this.means.policy.prices);
    if (event.type !== 'tool.finished' && event.type !== 'tool.failed') return event;
    if (event.costMicroUsd !== undefined || event.hook === 'flightdeck') return event;
    const { openCalls, settledCalls } = this.state;
    const { toolUseId = '', tool = '', output } = event;
    if (!own(openCalls, toolUseId) && settledCalls.includes(toolUseId)) return event;
    const costMicroUsd = toolCost(this.means.policy.rates, tool, output);
    return costMicroUsd === undefined ? event : { ...event, costMicroUsd };
  }

  /** A call that only a batch hook tells of was denied or invalid. */
  private closeUntold(draft: Draft, toolUseId: string, tool: string, input: unknown, output: unknown): void {
    const { openCalls, settledCalls } = this.state;
    if (!own(openCalls, toolUseId) && settledCalls.includes(toolUseId)) return;
    const { subagentId, subagentType, promptId, at } = draft;
    const told: Draft = {
      type: 'tool.failed',
      hook: 'PostToolBatch.call',
      tool,
      toolUseId,
      ok: false,
      output,
      subagentId,
      subagentType,
      promptId,
      at,
    };
    this.append(eventOf(own(openCalls, toolUseId) ? told : { ...told, input }, this.state, this.nowMs), {});
  }

  /** Esc and kills say nothing: a call still open when its turn or session is over was interrupted. */
  private closeOpen(isOver: (subagentId: string | undefined) => boolean, at: string | undefined): void {
    for (const [toolUseId, call] of byAge(this.state.openCalls)) {
      // One that its agent left on purpose is asked again when somebody has decided.
      const isDeferred = this.state.approvals.some((approval) => approval.deferred && approval.toolUseId === toolUseId);
      if (!isOver(call.subagentId) || isDeferred) continue;
      this.append(eventOf(interrupted(toolUseId, call.tool, call.subagentId, at), this.state, this.nowMs), {});
    }
  }

  private markOf(draft: Draft): Mark {
    const facts = newFacts(draft, this.state);
    this.factsLength += facts.reduce((length, [, value]) => length + value.length, 0);
    // Facts are words, not documents: hostile ones must fill neither a row nor the checkpoint.
    const isTooMuch = this.factsLength > limits.maxFactsLength;
    return {
      ...(draft.key !== undefined && { k: draft.key }),
      ...(draft.n !== undefined && { n: draft.n }),
      ...(facts.length > 0 && !isTooMuch && { f: Object.fromEntries(facts) }),
    };
  }

  private append(event: SessionEvent, mark: Mark): void {
    this.record.events.push(event);
    this.record.marks.push(mark);
    const wasHeld = this.state.block !== null;
    this.state = evolve(this.state, event, mark, this.record.stream);
    const { block } = this.state;
    if (!block || (wasHeld && event.control?.action !== 'stopped')) return;
    // Whoever waited for a person is told to stop instead: those calls never ran.
    for (const draft of withdrawals(this.state, block)) this.append(eventOf(draft, this.state, this.nowMs), {});
  }
}

const noVerdict: Verdict = { type: 'allow' };
const hardness: Record<Verdict['type'], number> = { allow: 0, ask: 1, defer: 2, deny: 3, stop: 4 };

/** The event that closes a call whose answer never came; `flightdeck` is its hook, because no agent sent it. */
export function interrupted(toolUseId: string, tool: string, subagentId?: string, at?: string): Draft {
  return { type: 'tool.failed', hook: 'flightdeck', tool, toolUseId, ok: false, text: 'interrupted', subagentId, at };
}

/** Metrics, traces and usage in hooks serve only while nothing better is known. */
function isOutranked(state: SessionState, source: (typeof usageSources)[number]): boolean {
  return usageSources.slice(0, usageSources.indexOf(source)).some((better) => state.usage[better]);
}

const judged = ({ refused, reserve, approval, warned }: Judgement): Partial<SessionEvent> => ({
  ...(refused && { refused }),
  ...(approval && { approval }),
  ...(warned && { warned }),
  ...(reserve?.microUsd && { reservedMicroUsd: reserve.microUsd }),
  ...(reserve?.tokens && { reservedTokens: reserve.tokens }),
  ...(reserve?.toolMicroUsd && { reservedToolMicroUsd: reserve.toolMicroUsd }),
});

const uncounted = (draft: Draft): Draft => ({
  ...draft,
  type: draft.type === 'usage' ? 'other' : draft.type,
  usage: undefined,
  usageSource: undefined,
  costMicroUsd: undefined,
  data: draft.data ?? draft.usage,
});

/** Facts that change something: every hook repeats them, and a row need not. */
function newFacts({ facts = {}, usage }: Draft, state: SessionState): [string, string][] {
  const said = Object.entries(facts).filter(([, value]) => typeof value === 'string' && value !== '');
  const words = said.map(([name, value]): [string, string] => [name, clip(value, limits.maxFactLength)]);
  return words.filter(([name, value]) => {
    if (name === 'title') return !state.titledByPerson && clip(value, limits.maxTitleLength) !== state.title;
    // A model call's own model would be taken for the session's where the fact is left out.
    return (name === 'model' && usage !== undefined) || Reflect.get(state, name) !== value;
  });
}

function eventOf(draft: Draft, state: SessionState, nowMs: number): SessionEvent {
  const seq = state.lastSeq + 1;
  const receivedAt = new Date(nowMs).toISOString();
  const toolUseId = callIdOf(draft, state, seq);
  return {
    seq,
    id: draft.id ?? `evt_${state.owner.sessionId.slice(4)}_${seq}`,
    type: draft.type,
    at: draft.at ?? receivedAt,
    receivedAt,
    hook: draft.hook,
    tool: draft.tool,
    toolUseId,
    input: draft.input,
    output: draft.output,
    ok: draft.ok ?? (draft.type === 'tool.failed' ? false : undefined),
    durationMs: draft.durationMs ?? elapsed(draft, state, toolUseId, nowMs),
    text: draft.text,
    usage: draft.usage && draft.usageSource ? { ...draft.usage, source: draft.usageSource } : draft.usage,
    costMicroUsd: draft.costMicroUsd,
    redactions: draft.redactions,
    subagentId: draft.subagentId,
    subagentType: draft.subagentType,
    parentToolUseId: draft.type === 'subagent.started' ? (draft.parentToolUseId ?? startingCall(draft, state)) : undefined,
    promptId: draft.promptId,
    control: draft.control,
    data: draft.data,
  };
}

/** Agents without call ids get ours: a start is `call_<seq>`, an end belongs to the oldest open call of the same tool. */
function callIdOf(draft: Draft, state: SessionState, seq: number): string | undefined {
  if (draft.toolUseId !== undefined) return draft.toolUseId.slice(0, limits.maxExternalIdLength);
  if (draft.type === 'tool.started') return `call_${seq}`;
  if (draft.type !== 'tool.finished' && draft.type !== 'tool.failed') return undefined;
  const open = byAge(state.openCalls).find(
    ([id, call]) => id.startsWith('call_') && call.tool === (draft.tool ?? '') && call.subagentId === draft.subagentId,
  );
  return open?.[0] ?? `call_${seq}`;
}

function elapsed(draft: Draft, state: SessionState, toolUseId: string | undefined, nowMs: number): number | undefined {
  if (draft.type !== 'tool.finished' && draft.type !== 'tool.failed') return undefined;
  const open = toolUseId === undefined ? undefined : own(state.openCalls, toolUseId);
  return open && Math.max(0, nowMs - open.atMs);
}

/** The parent's call that started a subagent: its oldest open one that started no other. */
function startingCall(draft: Draft, state: SessionState): string | undefined {
  const starters = byAge(state.openCalls).filter(
    ([, call]) =>
      (call.tool === 'Agent' || call.tool === 'Task') &&
      call.startedSubagent === undefined &&
      call.subagentId !== draft.subagentId,
  );
  return starters[0]?.[0];
}
