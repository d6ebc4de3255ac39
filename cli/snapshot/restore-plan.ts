import type { Manifest, ManifestEntry } from '../../wire/snapshot.ts';
import { keyOf, type Place } from './safe-path.ts';
import type { Scan, Scanned } from './scan.ts';

/** What is to become of one path, and what is there now. */
export type Change =
  | { type: 'add'; path: string; entry: ManifestEntry; old?: undefined }
  | { type: 'replace'; path: string; entry: ManifestEntry; old: Scanned }
  | { type: 'mode'; path: string; entry: ManifestEntry; old: Scanned }
  | { type: 'delete'; path: string; entry?: undefined; old: Scanned };

export interface Plan {
  changes: Change[];
  /** Files that the snapshot does not hold, and that stay because nobody said otherwise. */
  keptCount: number;
}

export interface PlanOptions {
  deleteUntracked: boolean;
  /** What an earlier restore put there, if this undoes that; by path, what it was. */
  created: ReadonlyMap<string, string>;
  place: Pick<Place, 'foldsCase'>;
}

/**
 * What turns a folder into what a snapshot holds. All that it replaces or deletes is in `now`, of which a snapshot is taken first: nothing is lost.
 * Ignored files and secrets are not in it, unless the snapshot holds them, too.
 */
export function restorePlan({ entries, leftOut }: Manifest, now: Scan, { deleteUntracked, created, place }: PlanOptions): Plan {
  const there = new Map(now.files.map((file) => [file.entry.path, file]));
  const changes = entries.flatMap((entry): Change[] => {
    const old = there.get(entry.path);
    there.delete(entry.path);
    const change = changeOf(entry, old);
    return change ? [change] : [];
  });
  // What was left out then was not gone; and what is the same file in another spelling is not deleted for it.
  const spared = new Set([...leftOut, ...entries].map(({ path }) => keyOf(path, place)));
  let keptCount = 0;
  for (const [path, old] of there) {
    const isMeant = deleteUntracked || old.isTracked || created.get(path) === identityOf(old.entry);
    if (isMeant && !spared.has(keyOf(path, place))) changes.push({ type: 'delete', path, old });
    else keptCount++;
  }
  return { changes, keptCount };
}

function changeOf(entry: ManifestEntry, old: Scanned | undefined): Change | null {
  const { path } = entry;
  if (!old) return { type: 'add', path, entry };
  if (identityOf(entry) !== identityOf(old.entry)) return { type: 'replace', path, entry, old };
  if (entry.type === 'file' && old.entry.type === 'file' && entry.mode !== old.entry.mode)
    return { type: 'mode', path, entry, old };
  return null;
}

/** Two entries with the same one hold the same bytes, or point the same way. */
export const identityOf = (entry: ManifestEntry): string => (entry.type === 'file' ? entry.hash : `link:${entry.target}`);

const signs = { add: '+', replace: '~', mode: '~', delete: '-' } as const;

/** A plan line by line, as people read differences; at most `max` of them. */
export function planLines({ changes }: Plan, max = Number.POSITIVE_INFINITY): string[] {
  const sorted = changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const lines = sorted.slice(0, max).map((change) => `${signs[change.type]} ${change.path}${noteOf(change)}`);
  return sorted.length > max ? [...lines, `… and ${(sorted.length - max).toLocaleString('en')} more`] : lines;
}

const octal = (entry: ManifestEntry): string => (entry.type === 'file' ? entry.mode.toString(8).padStart(3, '0') : '');

const noteOf = (change: Change): string =>
  change.type === 'mode' ? `  (permissions ${octal(change.old.entry)} → ${octal(change.entry)})` : '';

export function planSummary({ changes, keptCount }: Plan): string {
  const count = (...types: Change['type'][]) => changes.filter(({ type }) => types.includes(type)).length.toLocaleString('en');
  const kept = keptCount > 0 ? `; ${keptCount.toLocaleString('en')} that the snapshot does not hold stay` : '';
  return `${count('add')} to add, ${count('replace', 'mode')} to change, ${count('delete')} to delete${kept}.`;
}

/** Whether two plans do the same to the same files, as they were. */
export function isSamePlan(one: Plan, other: Plan): boolean {
  const words = ({ changes }: Plan) =>
    changes.map(({ type, path, old }) => `${type} ${path} ${old ? identityOf(old.entry) : ''}`).sort();
  const others = words(other);
  return one.changes.length === other.changes.length && words(one).every((line, index) => line === others[index]);
}
