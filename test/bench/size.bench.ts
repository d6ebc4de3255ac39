import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from '../../scripts/local/bench.ts';
import { root } from '../../scripts/local/root.ts';
import { bundleWorker } from '../../scripts/local/worker-bundle.ts';

const aimedClientKb = 60;

/** What a cold isolate has to load, and what a browser has to before it shows anything. */
export const bench: Bench = {
  title: 'Sizes, gzipped',
  run: async () => {
    const { scriptPath } = await bundleWorker();
    const client = initialScripts().reduce((sum, file) => sum + gzippedKb(join(root, 'web/dist', file)), 0);
    return [
      { what: 'the Worker', result: `${gzippedKb(scriptPath).toFixed(0)} KB` },
      {
        what: "the client's initial JavaScript",
        result: `${client.toFixed(1)} KB`,
        aim: `< ${aimedClientKb} KB`,
        met: client < aimedClientKb,
      },
    ];
  },
};

/** The scripts that the page itself names, preloads of their imports included. */
function initialScripts(): string[] {
  const html = readFileSync(join(root, 'web/dist/index.html'), 'utf8');
  return [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].flatMap(([, file]) => file ?? []);
}

const gzippedKb = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length / 1024;
