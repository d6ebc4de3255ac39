import type { ComparedFiles, EditedFile, FileChange } from '../../../wire/comparison.ts';
import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry } from '../../../wire/snapshot.ts';
import type { LogOutline } from './log-outline.ts';

type LoggedEdits = Pick<LogOutline, 'edits' | 'editsLeftOut'>;

export interface EntryPair {
  path: string;
  a: ManifestEntry | undefined;
  b: ManifestEntry | undefined;
}

/** Entries of two manifests that differ, in the order of their paths, which is the order of each manifest. */
export function* differingEntries(a: readonly ManifestEntry[], b: readonly ManifestEntry[]): Generator<EntryPair> {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    const hasA = left !== undefined && (right === undefined || left.path <= right.path);
    const hasB = right !== undefined && (left === undefined || right.path <= left.path);
    const pair = { path: (hasA ? left : right)?.path ?? '', a: hasA ? left : undefined, b: hasB ? right : undefined };
    if (!isSame(pair.a, pair.b)) yield pair;
    if (hasA) i += 1;
    if (hasB) j += 1;
  }
}

/** What became of A's files in B. */
export function comparedManifests(a: readonly ManifestEntry[], b: readonly ManifestEntry[]): ComparedFiles {
  const items: FileChange[] = [];
  let differing = 0;
  let unchanged = b.length;
  for (const pair of differingEntries(a, b)) {
    differing += 1;
    if (pair.b) unchanged -= 1;
    if (items.length < limits.maxComparedFiles) items.push(changeOf(pair));
  }
  return { from: 'snapshots', items, unchanged, leftOut: differing - items.length };
}

/** Files that the two sessions edited: those that both did first, then by how often. */
export function comparedEdits(a: LoggedEdits, b: LoggedEdits): ComparedFiles {
  const all = [...new Set([...a.edits.keys(), ...b.edits.keys()])].map(
    (path): EditedFile => ({ path, editsA: a.edits.get(path) ?? 0, editsB: b.edits.get(path) ?? 0 }),
  );
  all.sort((one, other) => rank(one) - rank(other) || (one.path < other.path ? -1 : 1));
  const items = all.slice(0, limits.maxComparedFiles);
  return { from: 'edits', items, leftOut: all.length - items.length + a.editsLeftOut + b.editsLeftOut };
}

/** Entries that are the same bytes with the same permissions, or the same link. */
function isSame(a: ManifestEntry | undefined, b: ManifestEntry | undefined): boolean {
  if (a?.type === 'file' && b?.type === 'file') return a.hash === b.hash && a.mode === b.mode;
  return a?.type === 'link' && b?.type === 'link' && a.target === b.target;
}

function changeOf({ path, a, b }: EntryPair): FileChange {
  return { path, change: kindOf(a, b), sizeA: sizeOf(a), sizeB: sizeOf(b) };
}

function kindOf(a: ManifestEntry | undefined, b: ManifestEntry | undefined): FileChange['change'] {
  if (!a) return 'added';
  return b ? 'changed' : 'removed';
}

const sizeOf = (entry: ManifestEntry | undefined): number | null => (entry?.type === 'file' ? entry.size : null);

const rank = ({ editsA, editsB }: EditedFile): number => (editsA > 0 && editsB > 0 ? 0 : 1);
