import { join } from 'node:path';
import { root } from './root.ts';
import { runTool, vite } from './run.ts';
import { isStale } from './stale.ts';

/** Builds web/dist unless it is newer than everything it is made from. */
export async function buildClient(say: (line: string) => void): Promise<void> {
  if (!(await isStale(join(root, 'web/dist/index.html'), ['web', 'wire', 'package-lock.json']))) return;
  say('Building the client …');
  await runTool(vite, ['build', 'web', '--logLevel', 'warn']);
}
