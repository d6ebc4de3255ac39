import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './root.ts';

/** Whether `output` is missing or older than any file under `sources` (files or folders of the checkout). */
export async function isStale(output: string, sources: string[]): Promise<boolean> {
  const built = await stat(output).catch(() => null);
  if (!built) return true;
  const changes = await Promise.all(sources.map((source) => newestChange(join(root, source))));
  return Math.max(...changes) > built.mtimeMs;
}

async function newestChange(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (!info) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  const all = await readdir(path);
  const names = all.filter((name) => name !== 'dist' && name !== 'node_modules' && !name.startsWith('.'));
  const below = await Promise.all(names.map((name) => newestChange(join(path, name))));
  // What is passed over (a build, wrangler's own folder) comes and goes, and moves the folder's time with it: that is no change of a source.
  const own = names.length === all.length ? info.mtimeMs : 0;
  return Math.max(own, ...below);
}
