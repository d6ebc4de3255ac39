import { type CountedUse, earlierUse, isCounted } from '../domain/limits/earlier-use.ts';
import { quotasOf } from '../domain/limits/meters.ts';
import { windowKey } from '../domain/limits/window.ts';
import type { LedgerBooks } from './ledger-books.ts';

export interface PastPorts {
  now(): number;
  /** Has a room say what it uses. */
  recall(roomId: string): Promise<unknown>;
  /** Throws while the index of sessions is down. */
  counted(): Promise<CountedUse>;
  /** Has the projects say what their snapshots take. */
  stateStorage(): Promise<void>;
}

/** The account of everybody whom the ledger does not hear of any more. */
const others = '';

/** What was used before a quota was set: rooms that are open are asked, and the index of sessions knows the rest. */
export class LedgerPast {
  private readonly books: LedgerBooks;
  private readonly ports: PastPorts;

  constructor(books: LedgerBooks, ports: PastPorts) {
    this.books = books;
    this.ports = ports;
  }

  /** Notes what has still to be counted; `known` were quotas before. */
  owe(known: readonly string[]): void {
    const fresh = quotasOf(this.books.policy.limits).filter(({ id }) => !known.includes(id));
    if (fresh.length === 0) return;
    const nowMs = this.ports.now();
    const owed = fresh.map(({ id, window }) => ({ id, window: windowKey(window, nowMs) }));
    this.books.saveUncounted([...this.books.uncounted(), ...owed]);
  }

  /** Counts what is owed. Rejects while the index is down, to be tried again; twice is as good as once. */
  async settle(): Promise<void> {
    if (this.books.uncounted().length === 0) return;
    // One that cannot be asked now says it by itself.
    await Promise.all(this.books.openRooms().map((roomId) => this.ports.recall(roomId)));
    if (this.books.uncounted().some(({ id }) => this.quota(id)?.quota === 'storedBytes')) await this.ports.stateStorage();
    const counted = this.books.uncounted().some(({ id }) => this.quota(id)) ? await this.ports.counted() : undefined;
    const nowMs = this.ports.now();
    for (const { id, window } of this.books.uncounted()) {
      const quota = this.quota(id);
      // Taken away meanwhile, or counted from its window's beginning.
      if (!counted || !quota || !isCounted(quota.quota) || windowKey(quota.window, nowMs) !== window) continue;
      const used = earlierUse(counted, quota.quota, (roomId) => this.books.account(id, window, roomId).spent);
      if (used > 0) this.books.saveAccount(id, window, others, { held: used, spent: used });
    }
    this.books.saveUncounted([]);
  }

  private quota(id: string) {
    return quotasOf(this.books.policy.limits).find((quota) => quota.id === id);
  }
}
