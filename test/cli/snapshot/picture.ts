import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder, but for git's own: each path with what it is. Two folders with the same are the same. */
export function picture(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    if (name === '.git') continue;
    const stats = lstatSync(join(folder, path));
    if (stats.isDirectory()) Object.assign(found, picture(folder, path), { [`${path}/`]: 'folder' });
    else if (stats.isSymbolicLink()) found[path] = `→ ${readlinkSync(join(folder, path))}`;
    else found[path] = `${(stats.mode & 0o777).toString(8)} ${hashOf(join(folder, path))}`;
  }
  return found;
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
