import { prepareBrowser } from '../../scripts/local/browser.ts';
import { buildClient } from '../../scripts/local/client.ts';
import { buildCommandLine } from '../../scripts/local/command-line.ts';
import { bundleWorker } from '../../scripts/local/worker-bundle.ts';

/** What files that run side by side would each build, in the same place, is built before them. */
export default async function setup(): Promise<void> {
  await buildClient((line) => console.log(line));
  await bundleWorker();
  await buildCommandLine();
  await prepareBrowser();
}
