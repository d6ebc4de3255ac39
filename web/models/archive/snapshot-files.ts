import type { ManifestEntry } from '../../../wire/snapshot.ts';

/** A folder of a snapshot, with all that lies in it at any depth. */
export interface SnapshotFolder {
  name: string;
  /** From the root on, with a slash at its end. */
  path: string;
  files: number;
  bytes: number;
}

/** What is directly in a folder. */
export interface FolderView {
  folders: SnapshotFolder[];
  entries: ManifestEntry[];
}

/** What lies in the folder `path`: empty for the root, else with a slash at its end. */
export function folderView(all: readonly ManifestEntry[], path: string): FolderView {
  const folders = new Map<string, SnapshotFolder>();
  const entries: ManifestEntry[] = [];
  for (const entry of all) {
    if (!entry.path.startsWith(path)) continue;
    const slash = entry.path.indexOf('/', path.length);
    if (slash < 0) {
      entries.push(entry);
      continue;
    }
    const name = entry.path.slice(path.length, slash);
    const folder = folders.get(name) ?? { name, path: entry.path.slice(0, slash + 1), files: 0, bytes: 0 };
    folder.files += 1;
    folder.bytes += sizeOf(entry);
    folders.set(name, folder);
  }
  return { folders: [...folders.values()], entries };
}

/** Those whose path has all of the words, whatever their case. */
export function searched<Item extends { path: string }>(all: readonly Item[], query: string): Item[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ path }) => {
    const lower = path.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** The folders on the way to `path`, the root first, each with its own path. */
export function crumbsOf(path: string): { name: string; path: string }[] {
  const names = path.split('/').filter(Boolean);
  return [
    { name: 'Workspace', path: '' },
    ...names.map((name, index) => ({ name, path: `${names.slice(0, index + 1).join('/')}/` })),
  ];
}

export const sizeOf = (entry: ManifestEntry): number => (entry.type === 'file' ? entry.size : 0);
