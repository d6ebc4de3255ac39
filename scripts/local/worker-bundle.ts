import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V4WorkerOptionsShape } from 'miniflare';
import { root } from './root.ts';
import { runTool, wrangler } from './run.ts';
import { isStale } from './stale.ts';

/** What Miniflare needs besides the code: bindings, assets and compatibility as wrangler.toml declares them. */
export interface WorkerBundle {
  scriptPath: string;
  options: V4WorkerOptionsShape;
  databases: { binding: string; migrations: string }[];
  crons: string[];
}

/**
 * Bundles the Worker exactly as a deployment does, into `folder`, unless what lies there is newer than its sources.
 * Wrangler itself takes a second to load, so that what it says of wrangler.toml is kept beside the bundle.
 */
export async function bundleWorker(folder: string): Promise<WorkerBundle> {
  const manifest = join(folder, 'manifest.json');
  const sources = ['worker', 'wire', 'wrangler.toml', 'package-lock.json'];
  if (!(await isStale(manifest, sources))) {
    // Ours: the line below wrote it.
    const bundle = JSON.parse(await readFile(manifest, 'utf8')) as WorkerBundle;
    if (bundle.options.rootPath === root) return bundle;
  }
  await mkdir(folder, { recursive: true });
  await mkdir(join(root, 'web/dist'), { recursive: true });
  const config = join(root, 'wrangler.toml');
  const [{ unstable_getMiniflareWorkerOptions, unstable_readConfig }] = await Promise.all([
    import('wrangler'),
    runTool(wrangler, ['deploy', '--dry-run', '--outdir', folder, '--config', config]),
  ]);
  const { d1_databases, triggers } = unstable_readConfig({ config });
  const bundle: WorkerBundle = {
    scriptPath: join(folder, 'index.js'),
    options: unstable_getMiniflareWorkerOptions(config).workerOptions,
    databases: d1_databases.map((database: { binding: string; migrations_dir?: string }) => ({
      binding: database.binding,
      migrations: join(root, database.migrations_dir ?? 'migrations'),
    })),
    crons: triggers.crons ?? [],
  };
  await writeFile(manifest, JSON.stringify(bundle));
  return bundle;
}
