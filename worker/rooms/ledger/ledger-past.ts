import { type CountedUse, earlierUse, isCounted } from '../../domain/limits/earlier-use.ts';
import { quotasOf } from '../../domain/limits/meters.ts';
import { windowKey } from '../../domain/limits/window.ts';
import type { LedgerBooks } from './ledger-books.ts';

export interface PastPorts {
  now(): number;
  /** Has a room say what it uses; false where it cannot be asked. */
  recall(roomId: string): Promise<boolean>;
  /** Throws while the index of sessions is down. */
  counted(): Promise<CountedUse>;
  /** Has the projects say what their snapshots take. */
  stateStorage(): Promise<void>;
}

/** The account of everybody whom the ledger does not hear of any more. */
const others = '';
/** The account of what the index counts for a room that could not be asked. */
const unheard = (roomId: string): string => `unheard:${roomId}`;

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
    const rooms = this.books.openRooms();
    const answers = await Promise.all(rooms.map((roomId) => this.ports.recall(roomId)));
    const unreachable = new Set(rooms.filter((_, index) => !answers[index]));
    if (this.books.uncounted().some(({ id }) => this.quota(id)?.quota === 'storedBytes')) await this.ports.stateStorage();
    const counted = this.books.uncounted().some(({ id }) => this.quota(id)) ? await this.ports.counted() : undefined;
    const nowMs = this.ports.now();
    for (const { id, window } of this.books.uncounted()) {
      const quota = this.quota(id);
      // Taken away meanwhile, or counted from its window's beginning.
      if (!counted || !quota || !isCounted(quota.quota) || windowKey(quota.window, nowMs) !== window) continue;
      const spentBy = (roomId: string) => {
        const { spent } = this.books.account(id, window, roomId);
        return spent === 0 && unreachable.has(roomId) ? null : spent;
      };
      const earlier = earlierUse(counted, quota.quota, spentBy);
      this.save(id, window, others, earlier.others);
      for (const { sessionId, used } of earlier.unreached) this.save(id, window, unheard(sessionId), used);
    }
    this.books.saveUncounted([]);
  }

  /** A room says what it has spent of a quota: it speaks for itself from now on, and what the index counted beyond that is the others'. */
  heard(id: string, window: string, roomId: string, spent: number): void {
    const counted = this.books.account(id, window, unheard(roomId)).spent;
    if (counted === 0) return;
    this.save(id, window, unheard(roomId), 0);
    this.save(id, window, others, this.books.account(id, window, others).spent + Math.max(0, counted - spent));
  }

  private save(id: string, window: string, account: string, used: number): void {
    if (this.books.account(id, window, account).spent !== used)
      this.books.saveAccount(id, window, account, { held: used, spent: used });
  }

  private quota(id: string) {
    return quotasOf(this.books.policy.limits).find((quota) => quota.id === id);
  }
}
