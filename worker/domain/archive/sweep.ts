/** A pack, as its project's index knows it. */
export interface PackRow {
  number: number;
  /** When its number was given out. */
  madeAtMs: number;
  /** Contents that the index has of it; null before they are written down, and after they were given up. */
  contents: number | null;
  /** The sweep that first saw no snapshot use it. */
  unusedSinceMs: number | null;
}

/** What a sweep does to packs, by number. */
export interface PackSweep {
  /** No snapshot uses them: remember since when. */
  unused: number[];
  /** A snapshot uses them again. */
  usedAgain: number[];
  /** Unused for long enough: the index forgets their contents, and the next sweep, or the rest of this one, erases them. */
  givenUp: number[];
  /** Nothing in the index points to them any more, or ever did: their objects go. */
  erased: number[];
}

/** How long what nobody refers to is kept. An upload and the snapshot that it is for are hours apart at most. */
export const sweepGraceMs = 24 * 3600_000;

/** Decides about a project's packs. A pack is given up only by a later sweep than the one that found it unused. */
export function sweptPacks(packs: readonly PackRow[], used: ReadonlySet<number>, nowMs: number): PackSweep {
  const sweep: PackSweep = { unused: [], usedAgain: [], givenUp: [], erased: [] };
  const isOld = (ms: number) => ms <= nowMs - sweepGraceMs;
  for (const { number, madeAtMs, contents, unusedSinceMs } of packs) {
    if (contents === null) {
      if (isOld(madeAtMs)) sweep.erased.push(number);
    } else if (used.has(number)) {
      if (unusedSinceMs !== null) sweep.usedAgain.push(number);
    } else if (unusedSinceMs === null) sweep.unused.push(number);
    else if (isOld(unusedSinceMs)) sweep.givenUp.push(number);
  }
  return sweep;
}
