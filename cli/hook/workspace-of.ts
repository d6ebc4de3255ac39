import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * What is kept without anybody asking for it: the root of the repository around an agent's folder, or the folder itself. Never a person's
 * home, nor what holds it, nor a whole disk, whatever lies in there: undefined where the agent works in one of those.
 */
export function workspaceOf(cwd: string, home = homedir()): string | undefined {
  if (isTooWide(cwd, home)) return undefined;
  for (let folder = resolve(cwd); !isTooWide(folder, home); folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
  }
  return cwd;
}

function isTooWide(folder: string, home: string): boolean {
  const path = real(folder);
  if (dirname(path) === path) return true;
  const way = relative(path, real(home));
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}

/** Either may be known by a name that leads through links. */
function real(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
