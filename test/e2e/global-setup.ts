import { buildClient } from '../../scripts/local/client.ts';

/** Built once, before servers start side by side that would each build it. */
export default async function setup(): Promise<void> {
  await buildClient((line) => console.log(line));
}
