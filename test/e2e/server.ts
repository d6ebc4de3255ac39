import { rm } from 'node:fs/promises';
import { afterAll } from 'vitest';
import { startServerProcess } from './server-process.ts';

const server = await startServerProcess();

/** Origin of the server of the test file that imports this: files share no people, buckets or clocks, and can run side by side. */
export const { url } = server;

afterAll(async () => {
  await server.stop();
  await rm(server.stateDir, { recursive: true, force: true });
});
