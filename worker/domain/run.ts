import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { Verdict } from '../../wire/verdict.ts';
import type { Bucket } from './bucket.ts';
import { clip } from './clip.ts';
import { openCallsOver, refusedCall, untoldCall } from './closing.ts';
import type { Draft } from './draft.ts';
import { eventOf } from './event-of.ts';
import { evolve, type Mark } from './evolve.ts';
import type { Ingest } from './ingest.ts';
import { type Exceeded, type Judgement, judge } from './judge.ts';
import { withdrawals } from './limits/approvals.ts';
import type { Want } from './limits/lease.ts';
import { atOwnPrice } from './limits/prices.ts';
import type { Means } from './limits/purse.ts';
import { toolCost } from './limits/rates.ts';
import { spentLimit } from './limits/session-limit.ts';
import { own } from './own.ts';
import { isEnded } from './session.ts';
import { type SessionState, usageSources } from './session-state.ts';
import type { KeptLeases } from './shared-bucket.ts';

/** One log row: the events that one POST added, and what rebuilds the state from them. */
export interface LogRecord {
  stream?: string;
  postId?: string;
  events: SessionEvent[];
  marks: Mark[];
  /** What was left in the session's token bucket, where an eviction could mint tokens. */
  bucket?: Bucket | undefined;
  /** What was left of the leases of the buckets that it shares. */
  leases?: KeptLeases | undefined;
}

/** Appends drafts, and what follows from them, to a record. Lives for one call of `take`. */
export class Run {
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
    for (const call of draft.batch ?? []) {
      const untold = untoldCall(this.state, draft, call);
      if (untold) this.appendOwn(untold);
    }
    for (const open of openCallsOver(this.state, draft)) this.appendOwn(open);
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
    if (judgement.refused && event.type === 'tool.started' && event.toolUseId)
      this.appendOwn(refusedCall(event, judgement.refused.reason));
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

  /** What a session may spend by itself is known to be spent without its agent's asking. */
  private holdIfSpent(): void {
    if (this.state.block !== null || isEnded(this.state.status)) return;
    const spent = spentLimit(this.state, this.means.policy);
    if (spent) this.exceed({ ...spent, pauses: spent.action === 'pause' });
  }

  private exceed({ what, reason, budgetId, pauses }: Exceeded): void {
    const how = pauses
      ? { action: 'paused' as const, status: 'paused' as const }
      : { action: 'budget_exceeded' as const, status: 'budget_exceeded' as const };
    const control: Draft = {
      type: 'control',
      hook: 'flightdeck',
      text: reason,
      control: { ...how, what, ...(budgetId && { budgetId }) },
    };
    this.appendOwn(control);
  }

  /** Nobody did it: the budget that held the session has room again. */
  private resume(): void {
    const control: Draft = {
      type: 'control',
      hook: 'flightdeck',
      text: 'the budget has room again',
      control: { action: 'resumed', status: 'running' },
    };
    this.appendOwn(control);
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

  /** What no hook told. */
  private appendOwn(draft: Draft): void {
    this.append(eventOf(draft, this.state, this.nowMs), {});
  }

  private append(event: SessionEvent, mark: Mark): void {
    this.record.events.push(event);
    this.record.marks.push(mark);
    const wasHeld = this.state.block !== null;
    this.state = evolve(this.state, event, mark, this.record.stream);
    const { block } = this.state;
    if (!block || (wasHeld && event.control?.action !== 'stopped')) return;
    // Whoever waited for a person is told to stop instead: those calls never ran.
    for (const draft of withdrawals(this.state, block)) this.appendOwn(draft);
  }
}

const noVerdict: Verdict = { type: 'allow' };
const hardness: Record<Verdict['type'], number> = { allow: 0, ask: 1, defer: 2, deny: 3, stop: 4 };

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
