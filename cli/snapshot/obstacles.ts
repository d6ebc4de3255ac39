import { accessSync, constants, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Change, Plan } from './restore-plan.ts';
import { statsOf } from './workspace.ts';

/** What stands in a plan's way: things that it must not touch, where something of the snapshot belongs. A sentence each. */
export function obstacles(root: string, { changes }: Plan): string[] {
  const goes = new Set(changes.flatMap(({ type, path }) => (type === 'delete' ? [path] : [])));
  const disk = statsOf(root)?.dev;
  const found = new Set<string>();
  const folders = new Map<string, string | null>();
  for (const change of changes) {
    const why = wayBlocked(root, change.path, goes, disk, folders) ?? placeBlocked(root, change, goes);
    if (why) found.add(why);
  }
  return [...found];
}

/** Every folder on the way is a folder, or nothing yet, or something that goes; and on the same disk, because a rename cannot leave it. */
function wayBlocked(
  root: string,
  path: string,
  goes: ReadonlySet<string>,
  disk: number | undefined,
  known: Map<string, string | null>,
): string | null {
  const end = path.lastIndexOf('/');
  const folder = end < 0 ? '' : path.slice(0, end);
  const before = known.get(folder);
  if (before !== undefined) return before;
  const above = folder === '' ? null : wayBlocked(root, folder, goes, disk, known);
  const why = above ?? folderBlocked(root, folder, statsOf(join(root, folder)), goes, disk);
  known.set(folder, why);
  return why;
}

function folderBlocked(
  root: string,
  folder: string,
  stats: Stats | undefined,
  goes: ReadonlySet<string>,
  disk: number | undefined,
): string | null {
  if (!stats || goes.has(folder)) return null;
  if (stats.isSymbolicLink()) return `${folder} is a link where the snapshot has a folder. It is not followed; move it away.`;
  if (!stats.isDirectory()) return `${folder} is a file where the snapshot has a folder. Move it away.`;
  if (stats.dev !== disk) return `${folder || root} is on another disk. Restore it by itself.`;
  try {
    accessSync(join(root, folder), constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${folder || root} cannot be written to.`;
  }
}

/** Only what the plan knows may be replaced. */
function placeBlocked(root: string, { type, path }: Change, goes: ReadonlySet<string>): string | null {
  if (type !== 'add') return null;
  const stats = statsOf(join(root, path));
  if (!stats) return null;
  if (!stats.isDirectory()) return `${path} cannot be read, so it is not replaced. Move it away.`;
  const stays = firstStaying(root, path, goes);
  return stays === null
    ? null
    : `${path} is a folder where the snapshot has a file, and ${stays} in it would be lost. Move it away.`;
}

/** The first thing below a folder that is not going to be deleted; null where nothing stays. */
function firstStaying(root: string, folder: string, goes: ReadonlySet<string>): string | null {
  try {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      const stays = entry.isDirectory() ? firstStaying(root, path, goes) : !goes.has(path) && path;
      if (stays) return stays;
    }
    return null;
  } catch {
    return folder;
  }
}
