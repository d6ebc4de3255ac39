import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { startServerProcess } from './server-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Origin of the server that all end-to-end files share. */
    url: string;
  }
}

/** One real server for the whole run, on a port and a state folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServerProcess();
  project.provide('url', server.url);
  return async () => {
    await server.stop();
    await rm(server.stateDir, { recursive: true, force: true });
  };
}
