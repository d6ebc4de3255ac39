import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { LeaseAnswer, LeaseMessage } from '../../domain/limits/lease.ts';
import { quotasOf } from '../../domain/limits/meters.ts';
import { usedUpReason } from '../../domain/limits/refusal.ts';

export interface StorageLeasePorts {
  now(): number;
  /** What the project stores at this moment. */
  bytes(): number;
  /** Whose account it is in the ledger's books: the project's. */
  id(): string;
  /** Both reject when the ledger does not answer in time. */
  ask(message: LeaseMessage): Promise<LeaseAnswer>;
  usage(): Promise<LimitsAnswer>;
}

const budgetId = 'quota:storedBytes';
const window = 'all';

/** What was let in and is not stored by then never will be. */
const patienceMs = 10 * 60_000;

/** Bytes that were let in and are not stored yet. */
export interface Coming {
  bytes: number;
  atMs: number;
}

/** Why there is no room: how much of the quota is used. */
export type Room = { ok: true; coming: Coming } | { ok: false; message: string };

/**
 * A project's part of the organization's quota of bytes. It states its whole use each time and holds nothing ahead, so nothing of
 * it has to be saved: what was lost with an eviction, the next statement says.
 */
export class StorageLease {
  private readonly ports: StorageLeasePorts;
  /** Cache: uploads on their way. */
  private coming: Coming[] = [];
  private lastN = 0;

  constructor(ports: StorageLeasePorts) {
    this.ports = ports;
  }

  /**
   * Asks for room for more bytes. While the ledger does not answer there is room, and what is stored meanwhile is counted
   * afterwards.
   */
  async take(bytes: number): Promise<Room> {
    const nowMs = this.ports.now();
    this.coming = this.coming.filter(({ atMs }) => atMs > nowMs - patienceMs);
    const message = this.message(bytes);
    const coming = { bytes, atMs: nowMs };
    this.coming.push(coming);
    const answer = await this.ports.ask(message).catch(() => undefined);
    if (answer?.type !== 'denied') return { ok: true, coming };
    this.done(coming);
    return { ok: false, message: await this.refusal() };
  }

  /** They are stored, or never will be. */
  done(coming: Coming | undefined): void {
    this.coming = this.coming.filter((other) => other !== coming);
  }

  /** Tells the ledger what is stored. Rejects where it does not answer. */
  async state(): Promise<void> {
    await this.ports.ask(this.message());
  }

  /** What the project uses and, where it wants `more`, how much that makes. Its bytes are added up once: they are many rows. */
  private message(more?: number): LeaseMessage {
    const spent = this.ports.bytes();
    const used = this.coming.reduce((sum, { bytes }) => sum + bytes, spent);
    // A clock's reading is later than any before it, without a row that remembers the last.
    this.lastN = Math.max(this.lastN + 1, this.ports.now() * 1000);
    const line = { budgetId, window, cap: used, used, spent };
    const wants = more === undefined ? [] : [{ budgetId, window, upTo: used + more }];
    return { roomId: this.ports.id(), n: this.lastN, lines: [line], wants };
  }

  private async refusal(): Promise<string> {
    const answer = await this.ports.usage().catch(() => undefined);
    const quota = answer && quotasOf(answer.limits).find(({ id }) => id === budgetId);
    const used = answer?.usage.find((use) => use.quota === 'storedBytes')?.used ?? 0;
    return quota ? usedUpReason(quota, used) : 'The quota of stored bytes of this organization is used up.';
  }
}
