import { readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import type { LeftOut, ManifestEntry } from '../../wire/snapshot.ts';
import { touchedOne } from './collect.ts';
import type { HashCache } from './hash-cache.ts';
import { hashFile } from './hash-file.ts';
import { type ListingOptions, listWorkspace } from './workspace.ts';

const maxBreathMs = 100;

export interface Scanned {
  entry: ManifestEntry;
  /** From before it was read: what has other ones by now has been changed since. */
  stats: Stats;
  isTracked: boolean;
}

export interface Scan {
  files: Scanned[];
  leftOut: LeftOut[];
}

/** Told while files are read: how many of how many are done. */
export type OnRead = (done: number, all: number) => void;

/** A folder as it is, each file with its hash. */
export async function scan(root: string, options: ListingOptions, cache: HashCache, onRead: OnRead): Promise<Scan> {
  const { found, leftOut } = listWorkspace(root, options);
  const files: Scanned[] = [];
  let breathedAtMs = Date.now();
  for (const [index, { path, stats, isTracked }] of found.entries()) {
    onRead(index, found.length);
    touchedOne();
    const entry = stats.isSymbolicLink() ? linkEntry(root, path) : fileEntry(root, path, stats, cache);
    if (entry) files.push({ entry, stats, isTracked });
    else leftOut.push({ path, why: 'unreadable' });
    // Reading is synchronous, because that is the fastest way for small files; timers and Ctrl-C want their turn.
    if (Date.now() - breathedAtMs < maxBreathMs) continue;
    await breath();
    breathedAtMs = Date.now();
  }
  onRead(found.length, found.length);
  return { files, leftOut };
}

function linkEntry(root: string, path: string): ManifestEntry | null {
  try {
    return { type: 'link', path, target: readlinkSync(join(root, path)) };
  } catch {
    return null;
  }
}

function fileEntry(root: string, path: string, stats: Stats, cache: HashCache): ManifestEntry | null {
  const mode = stats.mode & 0o777;
  const known = cache.get(path, stats);
  if (known) return { type: 'file', path, mode, ...known };
  const readAtMs = Date.now();
  const hashed = hashFile(join(root, path));
  if (!hashed) return null;
  cache.put(path, stats, hashed, readAtMs);
  return { type: 'file', path, mode, ...hashed };
}
