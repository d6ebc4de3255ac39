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
  const names = (await readdir(path)).filter((name) => name !== 'dist' && name !== 'node_modules');
  const below = await Promise.all(names.map((name) => newestChange(join(path, name))));
  return Math.max(info.mtimeMs, ...below);
}
