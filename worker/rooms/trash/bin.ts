import type { Policy } from '../../../wire/policy.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { LeaseMessage } from '../../domain/limits/lease.ts';
import { type CostLine, costLinesOf } from '../../domain/session-costs.ts';
import { type SessionState, summaryOf } from '../../domain/session-state.ts';
import type { Attempts } from '../session/attempts.ts';
import type { Held } from '../session/bookkeeper.ts';
import type { SessionLog } from '../session/session-log.ts';
import { lateWriteMs } from './late-write.ts';

const key = 'binned';

/** A session in the trash, as its room remembers it beside the log, which stays as it is. */
export interface Binned {
  owner: SessionState['owner'];
  atMs: number;
  /** Who threw it away; null where the organization's retention did. */
  by: string | null;
  /** The request that threw it away. */
  postId?: string | undefined;
  /** D1 lists it in the trash for good. */
  isHidden?: true;
  /** The last word to the ledger, until it is heard. */
  farewell?: LeaseMessage | undefined;
}

export interface BinPorts {
  now(): number;
  setAlarm(atMs: number): void;
  policy(): Pick<Policy, 'budgets'>;
  /**
   * Brings D1's index up to date, and moves the session in it to the trash; tells the ledger its last word. Answers with what D1 held of the
   * session in its list, which is nothing where it is in the trash already. Throws when they are down. May be repeated.
   */
  hide(binned: Binned, summary: SessionSummary, fromSeq: number, costs: CostLine[]): Promise<Held>;
  /** Moves the session back in D1's index. May be repeated. */
  show(owner: SessionState['owner']): Promise<void>;
}

/**
 * The trash: a session that is in it is answered as one that is deleted, and everything of it is still there. The room decides; D1
 * follows, by the alarm where it has to.
 */
export class Bin {
  private readonly log: SessionLog;
  private readonly ports: BinPorts;
  private readonly attempts: Attempts;
  private binned: Binned | undefined;
  /** What D1 is being told, after which the next is: a word that overtook another would be undone by it. */
  private telling: Promise<unknown> = Promise.resolve();

  constructor(log: SessionLog, ports: BinPorts, attempts: Attempts) {
    this.log = log;
    this.ports = ports;
    this.attempts = attempts;
    const saved = log.tables.exist ? log.tables.meta(key) : undefined;
    // `lay` wrote it.
    this.binned = saved === undefined ? undefined : (JSON.parse(saved) as Binned);
  }

  /** What is in it; undefined while the session is not. */
  get content(): Binned | undefined {
    return this.binned;
  }

  /** The session is in the trash from this moment on; D1 hears of it now, or by the alarm. */
  put(binned: Binned): Promise<void> {
    this.lay(binned);
    this.ports.setAlarm(this.ports.now() + lateWriteMs);
    return this.hide();
  }

  /** Never rejects: the alarm tries again. */
  hide(): Promise<void> {
    return this.inTurn(async () => {
      const before = this.binned;
      if (!before || before.isHidden) return;
      const againAtMs = before.atMs + lateWriteMs;
      await this.attempts.run('flush', before.owner.sessionId, async () => {
        await this.follow(before);
        const isForGood = this.ports.now() >= againAtMs;
        if (this.binned === before) this.lay({ ...before, farewell: undefined, ...(isForGood && { isHidden: true }) });
      });
      const { notBefore } = this.attempts;
      if (this.binned && !this.binned.isHidden) this.ports.setAlarm(notBefore.flush ?? Math.max(againAtMs, this.ports.now() + 1));
    });
  }

  /** Takes the session out; rejects when D1 is down, and then it stays. False where another was faster. */
  takeOut(): Promise<boolean> {
    return this.inTurn(async () => {
      if (!this.binned) return false;
      const { isHidden: _, ...binned } = this.binned;
      this.lay(binned);
      // Interrupted between here and the end it is in the trash still, and the alarm has D1 say so.
      this.ports.setAlarm(this.ports.now() + lateWriteMs);
      await this.ports.show(binned.owner);
      if (this.binned !== binned) return false;
      this.forget();
      this.log.tables.run('DELETE FROM meta WHERE key = ?', key);
      return true;
    });
  }

  /** Names another as who threw it away. */
  rename(by: string): void {
    if (this.binned) this.lay({ ...this.binned, by });
  }

  /** The room's storage was emptied. */
  forget(): void {
    this.binned = undefined;
  }

  private async follow(binned: Binned): Promise<void> {
    const checkpoint = this.log.open();
    if (!checkpoint) return;
    const { state, flushedSeq } = checkpoint;
    // D1 learns all of it first, the row that it may not have yet above all.
    const held = await this.ports.hide(binned, summaryOf(state, this.ports.policy()), flushedSeq, costLinesOf(state));
    // What D1 counts already is not told again, there or after the way back.
    if (this.binned && held.seq > flushedSeq)
      this.log.save({ ...checkpoint, flushedSeq: held.seq, flushedRefusedCount: held.refusedCount });
  }

  private inTurn<Answer>(tell: () => Promise<Answer>): Promise<Answer> {
    const told = this.telling.then(tell);
    this.telling = told.catch(() => {});
    return told;
  }

  private lay(binned: Binned): void {
    this.binned = binned;
    this.log.tables.saveMeta(key, JSON.stringify(binned));
  }
}
