import { buildClient } from '../../scripts/local/client.ts';
import { bundleWorker } from '../../scripts/local/worker-bundle.ts';

/** Built once, before servers start side by side that would each build it. */
export default async function setup(): Promise<void> {
  await buildClient((line) => console.log(line));
  await bundleWorker();
}
