import type { ApprovalDecision } from '../../../wire/approval.ts';
import type { Control } from '../../../wire/event.ts';
import type { ModelPrice } from '../../../wire/price.ts';
import type { BudgetedSession, NewSessionBudget, SessionControl, SessionPatch, SessionSummary } from '../../../wire/session.ts';
import type { Snapshot } from '../../../wire/snapshot.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import { budgetOrder, budgetWarning, orderFor, type Unfit } from '../../domain/control.ts';
import { type Draft, noteDraft } from '../../domain/draft.ts';
import { type DecisionOrder, decisionOrder, expiryDrafts, verdictFor } from '../../domain/limits/approvals.ts';
import { bytes } from '../../domain/limits/bytes.ts';
import type { RoomPolicy } from '../../domain/limits/family.ts';
import { correctionOf, newRecount } from '../../domain/limits/reprice.ts';
import { messageOrder } from '../../domain/messages.ts';
import { chargedSource, type Segment, type SessionState, summaryOf } from '../../domain/session-state.ts';
import { type EventSource, recountArchive, recountLog } from './recount.ts';

export interface OrderPorts {
  now(): number;
  /** The session as it is at this moment; null where there is none. */
  state(): SessionState | null;
  policy(): RoomPolicy;
  /** Stores what an order comes to, like every other event; once where `postId` names the request. */
  append(drafts: Draft[], postId?: string): void;
  /** Whether an event with this key was ever stored. */
  hasKey(key: string): boolean;
  /** Tells the ledger in the background. */
  settleSoon(): void;
  events: EventSource;
  /** Throws when R2 is down. */
  readSegment(segment: Segment): Promise<string[]>;
}

/** When a limit is set: once for each `postId`, and only while the one that holds in micro-dollars is `ifMicroUsd`. */
export interface LimitOnly {
  postId?: string;
  ifMicroUsd?: number;
}

/** Who gives an order. */
export type Person = NonNullable<Control['by']>;

/** What came of an order; a refusal says why, in words for the person who gave it. */
export type Controlled = { ok: true; session: SessionSummary } | Unfit;

/** What came of a person's answer to a call that waits. */
export type DecisionAnswer = { ok: true; session: SessionSummary } | Extract<DecisionOrder, { ok: false }>;

/** What a recalculation came to: the correction of the session's cost, and whether there was any. */
export interface Repriced {
  deltaMicroUsd: number;
  changed: boolean;
}

/**
 * What people order in a session. The domain judges it, and what it comes to is an event of the session; nothing is kept here. Each
 * answers null in a room without a session.
 */
export class Orders {
  private readonly ports: OrderPorts;

  constructor(ports: OrderPorts) {
    this.ports = ports;
  }

  /** Renames or tags. */
  edit({ title, tags }: SessionPatch, by: Control['by'], postId?: string): SessionSummary | null {
    const drafts: Draft[] = [];
    if (title !== undefined) drafts.push(noteDraft({ action: 'renamed', title, by }, `renamed to “${title}”`));
    if (tags !== undefined) drafts.push(noteDraft({ action: 'tagged', tags, by }, `tagged ${tags.join(', ') || 'nothing'}`));
    this.ports.append(drafts, postId);
    return this.summary();
  }

  /** Notes what somebody made of this session elsewhere. */
  note(draft: Draft): SessionSummary | null {
    this.ports.append([draft]);
    return this.summary();
  }

  /** Notes the outcome of a branch and, where the agent is to hear of it, leaves `message`; neither where that cannot be left. */
  attach(draft: Draft, message: { text: string; key?: string | undefined } | undefined, by: Person): Controlled | null {
    const state = this.ports.state();
    if (!state) return null;
    if (!message) return this.obeyed([draft]);
    const order = messageOrder(state, message.text, by);
    return order.ok ? this.obeyed([draft, { ...order.draft, key: message.key }]) : order;
  }

  /** Pauses, resumes or stops. */
  control(control: SessionControl, by: Person): Controlled | null {
    const state = this.ports.state();
    if (!state) return null;
    const order = orderFor(state, control, by, this.ports.policy());
    return order.ok ? this.obeyed(order.draft ? [order.draft] : []) : order;
  }

  /** A person's answer to a call that waits. */
  decide(approvalId: string, decision: ApprovalDecision, by: Person): DecisionAnswer | null {
    this.expire();
    const state = this.ports.state();
    if (!state) return null;
    const order = decisionOrder(state, approvalId, decision, by);
    return order.ok ? this.obeyed(order.drafts) : order;
  }

  /** Leaves a message for the agent, once for each `key`. */
  write(text: string, by: Person, key: string): Controlled | null {
    const state = this.ports.state();
    if (!state) return null;
    if (this.ports.hasKey(key)) return this.obeyed([]);
    const order = messageOrder(state, text, by);
    return order.ok ? this.obeyed([{ ...order.draft, key }]) : order;
  }

  /** Notes a snapshot of its workspace; telling it twice is telling it once. */
  noteSnapshot({ id, name, reason, fileCount, bytes: size }: Snapshot, by: Person): void {
    const control: Control = { action: 'snapshot_taken', snapshotId: id, snapshotReason: reason, by };
    const words = `kept ${fileCount} ${fileCount === 1 ? 'file' : 'files'}, ${bytes(size)}, as ${id}`;
    this.ports.append([{ ...noteDraft(name === null ? control : { ...control, snapshotName: name }, words), key: id }]);
  }

  /** Sets or takes away the session's own budget. */
  limit(budget: NewSessionBudget, by: Person, { postId, ifMicroUsd }: LimitOnly = {}): BudgetedSession | null {
    const before = this.ports.state();
    if (!before) return null;
    const policy = this.ports.policy();
    const known = summaryOf(before, policy);
    if (ifMicroUsd !== undefined && known.budget?.limitMicroUsd !== ifMicroUsd) return known;
    this.ports.append([budgetOrder(before, budget, by, policy)], postId);
    // Its child sessions are held to it, too, and hear of it now.
    if (policy.family?.isParent) this.ports.settleSoon();
    const state = this.ports.state();
    if (!state) return null;
    const warning = budgetWarning(state, budget, policy);
    return { ...summaryOf(state, policy), ...(warning !== undefined && { warning }) };
  }

  /**
   * Counts the session's model calls again at these prices and today's catalogue. What differs becomes one event that corrects the
   * totals, unless it is only asked for; the events that it corrects stay as they are.
   */
  async reprice(
    prices: readonly ModelPrice[],
    { by, dryRun }: { by?: Control['by']; dryRun?: boolean },
  ): Promise<Repriced | null> {
    const { events, readSegment } = this.ports;
    const before = this.ports.state();
    if (!before) return null;
    // What it cost was paid elsewhere, and no roll-up counts it.
    const start = before.imported ? null : newRecount(before);
    if (!start) return { deltaMicroUsd: 0, changed: false };
    const archived = await recountArchive(start, events, readSegment, prices);
    const state = this.ports.state();
    // Deleted, or told by a better source meanwhile: that was counted when it came.
    if (!state) return null;
    if (chargedSource(state) !== start.source) return this.reprice(prices, { by, dryRun });
    const correction = correctionOf(state, recountLog(archived.recount, events, archived.upTo, prices), by);
    if (!correction) return { deltaMicroUsd: 0, changed: false };
    if (!dryRun) this.ports.append([correction]);
    return { deltaMicroUsd: correction.control?.deltaMicroUsd ?? 0, changed: true };
  }

  /** What whoever waits for an approval is told now; undefined where there was no such question. */
  verdictOn(approvalId: string): Verdict | undefined {
    this.expire();
    const state = this.ports.state();
    return state ? verdictFor(state, approvalId) : undefined;
  }

  /** Gives the rule's answer where nobody gave one in time. */
  expire(): void {
    const state = this.ports.state();
    if (state) this.ports.append(expiryDrafts(state, this.ports.now()));
  }

  private obeyed(drafts: Draft[]): { ok: true; session: SessionSummary } | null {
    this.ports.append(drafts);
    const session = this.summary();
    return session && { ok: true, session };
  }

  private summary(): SessionSummary | null {
    const state = this.ports.state();
    return state && summaryOf(state, this.ports.policy());
  }
}
