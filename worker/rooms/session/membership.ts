import type { Control } from '../../../wire/event.ts';
import type { DeadlineName } from '../../domain/deadlines.ts';
import type { Ingest, SessionOwner } from '../../domain/ingest.ts';
import { type OwnLimits, ownLimitsOf, type RoomPolicy } from '../../domain/limits/family.ts';
import type { LeaseReport, Recall } from '../../domain/limits/lease.ts';
import { isQuestion } from '../../domain/question.ts';
import type { Attempts } from './attempts.ts';
import type { Known } from './known.ts';
import type { Orders } from './orders.ts';
import type { Till } from './till.ts';

/** A session that knows no policy, because the ledger did not answer, has its questions ask for one again this often. */
const unaskedMs = 10_000;

interface MembershipPorts {
  now(): number;
  isGone(): boolean;
  attempt(name: DeadlineName, duty: () => Promise<void>): Promise<void>;
  /** As in `CorePorts`. */
  background(work: Promise<void>): void;
  /** Stores what the room notes, like every other event. */
  note(control: Control, text: string): void;
  /** What there is to do changed. */
  changed(): void;
}

/** A session among the others of its organization: makes it known to the ledger, and does what the ledger's policy asks of it. */
export class Membership {
  private readonly known: Known;
  private readonly till: Till;
  private readonly orders: Orders;
  private readonly attempts: Attempts;
  private readonly ports: MembershipPorts;

  constructor(known: Known, till: Till, orders: Orders, attempts: Attempts, ports: MembershipPorts) {
    this.known = known;
    this.till = till;
    this.orders = orders;
    this.attempts = attempts;
    this.ports = ports;
  }

  /** Gives the ledger what lies idle here; null where there is no session. */
  recall(last: Recall): LeaseReport | null {
    return this.till.recall(last);
  }

  /** What a person lets this session spend; null where there is none. */
  ownLimits(): OwnLimits | null {
    return this.known.state && ownLimitsOf(this.known.state);
  }

  /** Takes a changed policy; false where there is no session. A budget that was raised or taken away lets go whom it stopped; whom it paused, a person does. */
  adopt(policy: RoomPolicy): boolean {
    const { state } = this.known;
    if (!state) return this.till.hear(policy);
    const { block, endedAtMs } = state;
    const held = this.till.budgets.find(({ id }) => id === block?.budgetId);
    this.till.adopt(policy);
    const now = this.till.budgets.find(({ id }) => id === block?.budgetId);
    const letsGo = !now || now.action === 'warn' || (held && now.limit > held.limit);
    // An agent that is gone does not run again because it might.
    const resumed = { action: 'resumed' as const, ...(endedAtMs === null && { status: 'running' as const }) };
    if (block?.because === 'budget_exceeded' && block.budgetId !== undefined && letsGo)
      this.ports.note(resumed, 'the budget was raised');
    this.ports.changed();
    return true;
  }

  /**
   * Whether a POST asks something of a session that the ledger has not heard of: what only tells is recorded at once. A ledger that
   * cannot be reached is not asked each time.
   */
  mustIntroduce({ drafts }: Ingest): boolean {
    if (this.ports.isGone() || this.till.isRegistered) return false;
    const { notBefore, failedAt } = this.attempts;
    // The alarm's patience is not an agent's: what runs meanwhile runs as if there were no policy.
    const askedAgainAtMs = Math.min(notBefore.ledger ?? 0, (failedAt.ledger ?? 0) + unaskedMs);
    if (askedAgainAtMs > this.ports.now()) return false;
    return drafts.some((draft) => isQuestion(draft) && !draft.late);
  }

  introduce(owner: SessionOwner): Promise<void> {
    return this.ports.attempt('ledger', () => this.till.introduce(owner));
  }

  /** Makes a new or resumed session known to the ledger, without keeping the agent waiting; the alarm tries again. */
  register(nowMs: number): void {
    const { state } = this.known;
    if (!state || this.till.isRegistered || (this.attempts.notBefore.ledger ?? 0) > nowMs) return;
    if ((this.till.dueAt(state) ?? Number.POSITIVE_INFINITY) > nowMs) return;
    this.settleSoon();
  }

  settleSoon(): void {
    this.ports.background(this.settle().then(() => this.ports.changed()));
  }

  /** Settles with the ledger, now or by the alarm. What a session used before it knew the organization's prices is priced by them now, visibly. */
  settle(): Promise<void> {
    return this.ports.attempt('ledger', async () => {
      const wasNew = this.till.isNew;
      await this.till.settle();
      if (wasNew && this.till.prices.length > 0) await this.orders.reprice(this.till.prices, {});
    });
  }

  /** Notes what the ledger said of the parent that the session's agent named. */
  meetParent(): void {
    const { parent } = this.till.policy.family ?? {};
    const { state } = this.known;
    if (state?.parent?.is !== 'named' || !parent) return;
    const { id: parentId, why } = parent;
    const { branch } = state;
    if (why === undefined)
      this.ports.note({ action: 'parent_found', parentId, ...(branch && { branch }) }, `started by ${parentId}`);
    else if (branch)
      this.ports.note(
        { action: 'parent_ignored', parentId, branch },
        `its parent’s budget does not count what it spends: ${why}`,
      );
    else this.ports.note({ action: 'parent_ignored', parentId }, `“${parentId}” is not taken as its parent: ${why}`);
  }
}
