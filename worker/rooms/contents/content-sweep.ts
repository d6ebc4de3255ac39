import { sweepGraceMs, sweptPacks } from '../../domain/archive/sweep.ts';
import type { ContentBook } from './content-book.ts';

/** What a sweep needs from the world. Each rejects while D1 or R2 is down, and may be repeated. */
export interface SweepPorts {
  book: ContentBook;
  /** Those of the snapshots that there are. */
  existing(snapshotIds: string[]): Promise<Set<string>>;
  deleteManifests(snapshotIds: string[]): Promise<void>;
  deletePacks(packs: number[]): Promise<void>;
}

export interface SweepReport {
  /** What was left of snapshots that were deleted, or never came to be. */
  snapshots: number;
  /** Packs that no snapshot needs, seen for the first time. */
  unusedPacks: number;
  erasedPacks: number;
  /** There is more to do than one sweep does. */
  more: boolean;
}

/** Keys of one deletion in R2. */
const maxErased = 1000;
/** Packs given up at once: each row of a content that goes costs as much as a written one, and holds up the index's callers. */
const maxGivenUp = 50;

/**
 * Takes away what nothing refers to, bounded and repeatable at any point: objects go first, the rows that led to them last. Between reading
 * which packs are used and giving others up there is no await, so that no snapshot can come to need one of them meanwhile.
 */
export async function sweepContents({ book, ...ports }: SweepPorts, nowMs: number): Promise<SweepReport> {
  let snapshots = 0;
  for (let after = ''; ; ) {
    const ids = book.snapshots(after, nowMs - sweepGraceMs, maxErased);
    const existing = ids.length > 0 ? await ports.existing(ids) : new Set();
    const abandoned = ids.filter((id) => !existing.has(id));
    await ports.deleteManifests(abandoned);
    book.forget(abandoned);
    snapshots += abandoned.length;
    after = ids.at(-1) ?? after;
    if (ids.length < maxErased) break;
  }

  const { unused, usedAgain, givenUp, erased } = sweptPacks(book.packs(), book.used(), nowMs);
  book.mark(unused, nowMs);
  book.mark(usedAgain, null);
  const now = givenUp.slice(0, maxGivenUp);
  book.giveUp(now);
  const gone = [...now, ...erased].slice(0, maxErased);
  await ports.deletePacks(gone);
  book.release(gone);
  const more = gone.length < givenUp.length + erased.length;
  return { snapshots, unusedPacks: unused.length, erasedPacks: gone.length, more };
}
