import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V4WorkerOptionsShape } from 'miniflare';
import { contentHash } from './content-hash.ts';
import { root } from './root.ts';
import { runTool, wrangler } from './run.ts';

/** What Miniflare needs besides the code: bindings, assets and compatibility as wrangler.toml declares them. */
export interface WorkerBundle {
  scriptPath: string;
  options: V4WorkerOptionsShape;
  databases: { binding: string; migrations: string }[];
  crons: string[];
}

const sources = ['worker', 'wire', 'wrangler.toml', 'package-lock.json'];
/** Not `.state`: every state folder runs the same code. */
const shelf = join(root, 'node_modules/.cache/flightdeck');
const keptMs = 7 * 24 * 3600_000;

/**
 * Bundles the Worker exactly as a deployment does, once for each content of its sources: that takes seconds, and tests start many servers.
 * Wrangler itself takes a second to load, so that what it says of wrangler.toml is kept beside the bundle.
 */
export async function bundleWorker(): Promise<WorkerBundle> {
  const folder = join(shelf, `worker-${await contentHash(root, sources)}`);
  const made = await bundleIn(folder);
  if (made) return made;
  const part = `${folder}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  await build(part);
  // Where another process was faster, its bundle is the same.
  await rename(part, folder).catch(() => rm(part, { recursive: true, force: true }));
  await forgetOld();
  const bundle = await bundleIn(folder);
  if (!bundle) throw new Error(`There is no bundle in ${folder}.`);
  return bundle;
}

async function build(folder: string): Promise<void> {
  await mkdir(join(root, 'web/dist'), { recursive: true });
  const config = join(root, 'wrangler.toml');
  const [{ unstable_getMiniflareWorkerOptions, unstable_readConfig }] = await Promise.all([
    import('wrangler'),
    runTool(wrangler, ['deploy', '--dry-run', '--outdir', folder, '--config', config]),
  ]);
  const { d1_databases, triggers } = unstable_readConfig({ config });
  const kept: Omit<WorkerBundle, 'scriptPath'> = {
    options: unstable_getMiniflareWorkerOptions(config).workerOptions,
    databases: d1_databases.map((database: { binding: string; migrations_dir?: string }) => ({
      binding: database.binding,
      migrations: join(root, database.migrations_dir ?? 'migrations'),
    })),
    crons: triggers.crons ?? [],
  };
  // The last file: a bundle with it is whole.
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(kept));
}

/** Null where there is none. */
async function bundleIn(folder: string): Promise<WorkerBundle | null> {
  const manifest = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null);
  if (manifest === null) return null;
  await utimes(folder, new Date(), new Date());
  const kept = JSON.parse(manifest) as Omit<WorkerBundle, 'scriptPath'>; // Ours: `build` wrote it.
  return { scriptPath: join(folder, 'index.js'), ...kept };
}

/** A server has read all of its bundle once it is up. */
async function forgetOld(): Promise<void> {
  for (const name of await readdir(shelf)) {
    const path = join(shelf, name);
    const usedAtMs = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - usedAtMs > keptMs) await rm(path, { recursive: true, force: true });
  }
}
