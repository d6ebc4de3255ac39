import type { LeaseMessage } from '../../domain/limits/lease.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { Attempts } from '../session/attempts.ts';
import type { SessionLog } from '../session/session-log.ts';
import { lateWriteMs } from './late-write.ts';

/** All that is left of a deleted session. */
interface Grave {
  owner: SessionState['owner'];
  deletedAtMs: number;
  erased?: true;
  /** The last word to the ledger, until it is heard. */
  farewell?: LeaseMessage | undefined;
}

export interface BurialPorts {
  now(): number;
  setAlarm(atMs: number): void;
  /** Throws when D1, R2 or the ledger is down. */
  erase(owner: SessionState['owner'], farewell?: LeaseMessage): Promise<void>;
}

/** The end of a session that was deleted: its tombstone, and the erasing of what others hold of it, now or by the alarm. */
export class Burial {
  private readonly log: SessionLog;
  private readonly ports: BurialPorts;
  private readonly attempts: Attempts;
  private tombstone: string | undefined;

  constructor(log: SessionLog, ports: BurialPorts, attempts: Attempts) {
    this.log = log;
    this.ports = ports;
    this.attempts = attempts;
    this.tombstone = log.tombstone();
  }

  /** Whether the session was deleted: what comes now is too late. */
  get isDone(): boolean {
    return this.tombstone !== undefined;
  }

  /** Whether everything of the deleted session is gone, what was on its way then included: another may take its place. */
  get isOver(): boolean {
    // `lay` wrote it.
    return this.tombstone !== undefined && (JSON.parse(this.tombstone) as Grave).erased === true;
  }

  /** Whose session it was; undefined where none was deleted. */
  get owner(): SessionState['owner'] | undefined {
    // `lay` wrote it.
    return this.tombstone === undefined ? undefined : (JSON.parse(this.tombstone) as Grave).owner;
  }

  /** Names another as whose session it was. */
  rename(owner: SessionState['owner']): void {
    // `lay` wrote it.
    if (this.tombstone !== undefined) this.lay({ ...(JSON.parse(this.tombstone) as Grave), owner });
  }

  /** Another session has taken the place. */
  lift(): void {
    this.tombstone = undefined;
  }

  bury(owner: SessionState['owner'], farewell: LeaseMessage | undefined): Promise<void> {
    this.lay({ owner, deletedAtMs: this.ports.now(), farewell });
    // Before anything can be interrupted: whoever wakes up as this grave has the erasing still to do.
    this.ports.setAlarm(this.ports.now() + lateWriteMs);
    return this.erase();
  }

  /** Removes what D1 and R2 hold. Never rejects: the alarm tries again. */
  async erase(): Promise<void> {
    if (this.tombstone === undefined) return;
    const before = this.tombstone;
    // `lay` wrote it.
    const grave = JSON.parse(before) as Grave;
    if (grave.erased) return;
    const againAtMs = grave.deletedAtMs + lateWriteMs;
    await this.attempts.run('flush', grave.owner.sessionId, async () => {
      await this.ports.erase(grave.owner, grave.farewell);
      if (this.ports.now() >= againAtMs) this.lay({ ...grave, erased: true });
    });
    if (this.tombstone === before) this.ports.setAlarm(this.attempts.notBefore.flush ?? againAtMs);
  }

  private lay({ owner, deletedAtMs, erased, farewell }: Grave): void {
    this.tombstone = JSON.stringify({ owner, deletedAtMs, erased, farewell });
    this.log.bury(this.tombstone);
  }
}
