import { realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import { stateFolder } from '../paths.ts';

/** A folder's one name, whichever links lead to it; throws a Failure where there is none. */
export function rootOf(folder: string): string {
  const path = resolve(folder);
  try {
    const root = realpathSync(path);
    if (statSync(root).isDirectory()) return root;
  } catch {
    // Said below.
  }
  throw new Failure(`There is no folder ${path}.`);
}

/** Where what we remember of a folder is kept. */
export function stateOf(root: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return join(stateFolder(), 'snapshots', createHash('sha256').update(root).digest('hex').slice(0, 20));
}
