import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../wire/limits.ts';
import type { LeftOut } from '../../wire/snapshot.ts';
import { Failure } from '../failure.ts';
import { gitFiles } from './git-files.ts';
import { plainFiles } from './plain-files.ts';
import { keyOf } from './safe-path.ts';
import { isSecret } from './secret-files.ts';

/** Where a restore gathers what it is going to put into place; never part of a snapshot. */
export const stagingPrefix = '.flightdeck-restore';

export interface Found {
  path: string;
  stats: Stats;
  /** In git's index. Restoring may delete such a file without being told to. */
  isTracked: boolean;
}

export interface Listing {
  /** Regular files and symbolic links, in the order of a manifest. */
  found: Found[];
  leftOut: LeftOut[];
}

export interface ListingOptions {
  withSecrets: boolean;
  /** Paths that are wanted where they exist, even if they are ignored or secret. */
  besides?: Iterable<string>;
  /** `A` and `a` are one file on this disk: those of `besides` are spelled as there. */
  foldsCase?: boolean;
}

/** What of a folder belongs into a snapshot: in a repository what git would see, elsewhere what `.gitignore` files let through. */
export function listWorkspace(root: string, { withSecrets, besides = [], foldsCase = false }: ListingOptions): Listing {
  const listed = new Map<string, { isTracked: boolean }>();
  const leftOut: LeftOut[] = [];
  const wanted = new Set(besides);
  gather(root, '', listed, leftOut);
  const paths = foldsCase ? respelled(listed, wanted) : listed;
  for (const path of wanted) if (!paths.has(path)) paths.set(path, { isTracked: false });

  const found: Found[] = [];
  const parents = new Map<string, boolean>();
  for (const path of [...paths.keys()].sort()) {
    if (path.startsWith(stagingPrefix)) continue;
    const stats = hasRealParents(root, path, parents) ? statsOf(join(root, path)) : undefined;
    // Tracked and deleted, or a name that is no UTF-8 and cannot be asked for.
    if (!stats && path.includes('\uFFFD')) leftOut.push({ path: path.slice(0, limits.maxPathLength), why: 'unreadable' });
    if (!stats || stats.isDirectory()) continue;
    const why = whyLeftOut(path, stats, withSecrets || wanted.has(path));
    if (why) leftOut.push({ path: path.slice(0, limits.maxPathLength), why });
    else found.push({ path, stats, isTracked: paths.get(path)?.isTracked ?? false });
  }
  refuseTooMuch(found, root);
  return { found, leftOut };
}

/** Adds the paths below `folder` (of `root`; empty, or with `/` at its end); repositories inside are asked themselves. */
function gather(root: string, folder: string, paths: Map<string, { isTracked: boolean }>, leftOut: LeftOut[]): void {
  const git = gitFiles(join(root, folder));
  if (!git) {
    for (const path of plainFiles(join(root, folder), (path) => leftOut.push({ path: folder + path, why: 'unreadable' })))
      paths.set(folder + path, { isTracked: false });
    return;
  }
  const add = (path: string, isTracked: boolean) => {
    const full = folder + path.replace(/\/$/, '');
    if (statsOf(join(root, full))?.isDirectory() !== true) {
      if (!paths.has(full)) paths.set(full, { isTracked });
      return;
    }
    // A submodule that is not checked out is an empty folder; asked there, git would speak of the repository around it.
    if (statsOf(join(root, full, '.git'))) gather(root, `${full}/`, paths, leftOut);
  };
  for (const path of git.tracked) add(path, true);
  for (const path of git.untracked) add(path, false);
}

function respelled<T>(paths: ReadonlyMap<string, T>, wanted: ReadonlySet<string>): Map<string, T> {
  const spellings = new Map([...wanted].map((path) => [keyOf(path, { foldsCase: true }), path]));
  return new Map([...paths].map(([path, value]) => [spellings.get(keyOf(path, { foldsCase: true })) ?? path, value]));
}

/** Whether a path leads through folders alone: behind a link is what belongs to somebody else. `known` remembers the folders. */
export function hasRealParents(root: string, path: string, known = new Map<string, boolean>()): boolean {
  const end = path.lastIndexOf('/');
  if (end < 0) return true;
  const parent = path.slice(0, end);
  const before = known.get(parent);
  if (before !== undefined) return before;
  const isReal = hasRealParents(root, parent, known) && statsOf(join(root, parent))?.isDirectory() === true;
  known.set(parent, isReal);
  return isReal;
}

/** Of the thing itself, not of what a link points to; undefined where there is nothing, or nothing that may be looked at. */
export function statsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function whyLeftOut(path: string, stats: Stats, withSecrets: boolean): LeftOut['why'] | undefined {
  if (!stats.isFile() && !stats.isSymbolicLink()) return 'special';
  if (path.length > limits.maxPathLength) return 'special';
  if (!withSecrets && isSecret(path)) return 'secret';
  return stats.size > limits.maxSnapshotBytes ? 'too_large' : undefined;
}

function refuseTooMuch(found: readonly Found[], root: string): void {
  const hint = 'Name what can be made again in a .gitignore, or choose a smaller folder.';
  if (found.length > limits.maxSnapshotFiles)
    throw new Failure(`${root} has ${found.length} files; a snapshot holds ${limits.maxSnapshotFiles}. ${hint}`);
  const bytes = found.reduce((sum, { stats }) => sum + stats.size, 0);
  if (bytes <= limits.maxSnapshotBytes) return;
  const gigabytes = (count: number) => (count / 1024 ** 3).toFixed(1);
  throw new Failure(`${root} has ${gigabytes(bytes)} GB; a snapshot holds ${gigabytes(limits.maxSnapshotBytes)}. ${hint}`);
}
