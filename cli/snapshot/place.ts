import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Place } from './safe-path.ts';

/** What the disk of a folder does to names, found out by looking for what is there under another spelling. */
export function placeOf(root: string): Place {
  for (const file of [...readdirSync(root).map((name) => join(root, name)), root]) {
    const folds = answersToOtherCase(file);
    if (folds !== null) return { isWindows, foldsCase: folds };
  }
  return { isWindows, foldsCase: process.platform !== 'linux' };
}

const isWindows = process.platform === 'win32';

/** Null where the name has no other case. */
function answersToOtherCase(file: string): boolean | null {
  const name = basename(file);
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  if (other === name) return null;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return null;
  return statSync(join(dirname(file), other), { throwIfNoEntry: false })?.ino === stats.ino;
}
