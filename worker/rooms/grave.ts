import type { LeaseMessage } from '../domain/limits/lease.ts';
import type { SessionState } from '../domain/session-state.ts';

/** What was on its way to D1 or R2 when the session was deleted has arrived by then, and is erased once more. */
export const lateWriteMs = 60_000;

/** All that is left of a deleted session. */
export interface Grave {
  owner: SessionState['owner'];
  deletedAtMs: number;
  erased?: true;
  /** The last word to the ledger, until it is heard. */
  farewell?: LeaseMessage;
}

/** A grave as the room's log keeps it. */
export const tombstoneOf = ({ owner, deletedAtMs, erased, farewell }: Grave): string =>
  JSON.stringify({ owner, deletedAtMs, erased, farewell });

/** `tombstoneOf` wrote it. */
export const graveIn = (tombstone: string) => JSON.parse(tombstone) as Grave;
