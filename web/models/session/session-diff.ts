import { diffWordsWithSpace, structuredPatch } from 'diff';
import type { FileEdit, Hunk } from './session-edits.ts';

/** A piece of a line; `changed` is what differs from its partner on the other side. */
export interface DiffPiece {
  text: string;
  changed: boolean;
}

export interface DiffLine {
  type: 'same' | 'added' | 'removed';
  /** From 1; null where the agent doesn't say. */
  oldNumber: number | null;
  newNumber: number | null;
  pieces: DiffPiece[];
}

/** Hunks as lines to show. Texts without hunks are compared here, which is dear for long ones: past a limit they are shown whole. */
export function diffHunks(edit: FileEdit): DiffLine[][] {
  if (edit.hunks) return edit.hunks.map(linesOf);
  return edit.texts.flatMap(({ before, after }) => hunksOf(before, after, edit.kind === 'create').map(linesOf));
}

const maxCompared = 400_000;
const maxIntralineChars = 400;

function hunksOf(before: string, after: string, created: boolean): Hunk[] {
  // An edit's strings are a part of the file: where it stands is unknown. A written file is known from its first line on.
  const start = created || before === '' ? 1 : null;
  if (before === '' || before.length + after.length > maxCompared) return [replacedHunk(before, after, start)];
  const hunks = changedHunks(before, after) ?? [replacedHunk(before, after, null)];
  return hunks.map(({ lines }) => ({ oldStart: null, newStart: null, lines }));
}

/** What leads from one text to the other, with three lines around it; undefined where comparing them takes too long. */
export function changedHunks(before: string, after: string): Hunk[] | undefined {
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, timeout: 500 });
  return patch?.hunks.map(({ oldStart, newStart, lines }) => ({
    oldStart,
    newStart,
    lines: lines.filter((line) => !line.startsWith('\\')),
  }));
}

/** All of one text gone, all of the other in its place; `start` is the first line of both. */
export const replacedHunk = (before: string, after: string, start: number | null): Hunk => ({
  oldStart: start,
  newStart: start,
  lines: [...prefixed('-', before), ...prefixed('+', after)],
});

function prefixed(sign: string, text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => sign + line);
}

function linesOf(hunk: Hunk): DiffLine[] {
  let oldNumber = hunk.oldStart;
  let newNumber = hunk.newStart;
  const lines: DiffLine[] = [];
  for (const line of hunk.lines) {
    const text = line.slice(1);
    const pieces = [{ text, changed: false }];
    if (line.startsWith('+')) {
      lines.push({ type: 'added', oldNumber: null, newNumber, pieces });
      newNumber = next(newNumber);
    } else if (line.startsWith('-')) {
      lines.push({ type: 'removed', oldNumber, newNumber: null, pieces });
      oldNumber = next(oldNumber);
    } else {
      lines.push({ type: 'same', oldNumber, newNumber, pieces });
      oldNumber = next(oldNumber);
      newNumber = next(newNumber);
    }
  }
  for (const [removed, added] of partners(lines)) compareWords(removed, added);
  return lines;
}

const next = (number: number | null): number | null => (number === null ? null : number + 1);

/** Each removed line and the added one in its place: the runs stand one after the other, and are partners if they are as long. */
function* partners(lines: readonly DiffLine[]): Generator<[DiffLine, DiffLine]> {
  for (let i = 0; i < lines.length; ) {
    const removed = runOf(lines, i, 'removed');
    const added = runOf(lines, i + removed.length, 'added');
    for (const [k, line] of removed.entries()) {
      const partner = added[k];
      if (partner && removed.length === added.length) yield [line, partner];
    }
    i += Math.max(1, removed.length + added.length);
  }
}

function runOf(lines: readonly DiffLine[], from: number, type: DiffLine['type']): DiffLine[] {
  const run: DiffLine[] = [];
  for (let line = lines[from]; line?.type === type; line = lines[from + run.length]) run.push(line);
  return run;
}

function compareWords(removed: DiffLine, added: DiffLine): void {
  const before = removed.pieces[0]?.text ?? '';
  const after = added.pieces[0]?.text ?? '';
  if (before.length + after.length > maxIntralineChars) return;
  const words = diffWordsWithSpace(before, after);
  const kept = words.reduce((sum, word) => sum + (word.added || word.removed ? 0 : word.value.trim().length), 0);
  // Two lines that share next to nothing are not one line changed.
  if (kept * 3 < Math.min(before.trim().length, after.trim().length)) return;
  removed.pieces = words.filter((word) => !word.added).map((word) => ({ text: word.value, changed: word.removed }));
  added.pieces = words.filter((word) => !word.removed).map((word) => ({ text: word.value, changed: word.added }));
}

/** Two columns: what was, what is. A side without a partner is null. */
export function sideBySide(lines: readonly DiffLine[]): [DiffLine | null, DiffLine | null][] {
  const rows: [DiffLine | null, DiffLine | null][] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    if (line?.type === 'same') {
      rows.push([line, line]);
      i += 1;
      continue;
    }
    const removed = runOf(lines, i, 'removed');
    const added = runOf(lines, i + removed.length, 'added');
    i += removed.length + added.length;
    for (let k = 0; k < Math.max(removed.length, added.length); k += 1) rows.push([removed[k] ?? null, added[k] ?? null]);
  }
  return rows;
}
