import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';
import { runTool, vite } from './run.ts';
import { isStale } from './stale.ts';

/** The one file that is the `flightdeck` command. */
export const commandLine = join(root, 'cli/dist/flightdeck.mjs');

/** Builds it unless it is newer than everything it is made from. */
export async function buildCommandLine(): Promise<void> {
  if (!(await isStale(commandLine, ['cli', 'wire', 'package-lock.json']))) return;
  await runTool(vite, ['build', 'cli', '--logLevel', 'warn']);
  chmodSync(commandLine, 0o755);
}
