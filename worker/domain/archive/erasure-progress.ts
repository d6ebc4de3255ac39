/** The parts of an erasing, in their order: sessions that began before it are looked through in the trash, in the list, and where they went from there to the trash. */
export const erasureParts = ['own', 'trash', 'list', 'trashed_since', 'rest'] as const;
export type ErasurePart = (typeof erasureParts)[number];

/** How far an erasing is. Plain JSON. */
export interface ErasureProgress {
  part: ErasurePart;
  /** The last session that was looked through: of the list its id, of the trash `<ms>.<id>`. */
  listCursor: string;
  trashCursor: string;
  /** The archived run to go on after in the next session; 0 at its beginning. */
  segment: number;
  /** Sessions that could not be reached, to be tried again. */
  again: string[];
  /** When a room of theirs went last: what was on its way to D1 then has to arrive before the end. */
  lastGoneMs: number;
  erasedSessions: number;
  erasedSnapshots: number;
  changedSessions: number;
  checkedSessions: number;
  totalSessions: number;
  failures: number;
}

export const newProgress = (totalSessions: number): ErasureProgress => ({
  part: 'own',
  listCursor: '',
  trashCursor: '0.',
  segment: 0,
  again: [],
  lastGoneMs: 0,
  erasedSessions: 0,
  erasedSnapshots: 0,
  changedSessions: 0,
  checkedSessions: 0,
  totalSessions,
  failures: 0,
});

/** The part after one that is done; `rest` is the last. */
export const partAfter = (part: ErasurePart): ErasurePart => erasureParts[erasureParts.indexOf(part) + 1] ?? 'rest';
