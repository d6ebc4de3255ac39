import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A word that changes with any file under `sources` (files or folders in `root`), its name and its place, and with `root` itself; not with its time. */
export async function contentHash(root: string, sources: readonly string[]): Promise<string> {
  const files = (await Promise.all(sources.map((source) => filesIn(root, source)))).flat().toSorted();
  const contents = await Promise.all(files.map((file) => readFile(join(root, file))));
  const hash = createHash('sha256').update(JSON.stringify([root, files, contents.map(({ length }) => length)]));
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 20);
}

/** What begins with a dot is no source: editors and wrangler keep things there. */
async function filesIn(root: string, path: string): Promise<string[]> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => null);
  if (!entries) return [path];
  const shown = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist');
  return (await Promise.all(shown.map(({ name }) => filesIn(root, join(path, name))))).flat();
}
