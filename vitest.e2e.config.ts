import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/slowest-first.ts';

// No claim is about time: a machine that is busy with other files may take long over what a page says in a moment.
const pollTimeout = 30_000;

// The whole product in its own processes. `e2e` brings everything along; `agent` installs a real coding agent first.
export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/agent/**'],
          globalSetup: ['test/temporary-folders.ts', 'test/e2e/global-setup.ts'],
          // Each file has a server and a browser of its own, which wait for each other most of the time.
          maxWorkers: '100%',
          testTimeout: 60_000,
          expect: { poll: { timeout: pollTimeout } },
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'agent',
          include: ['test/e2e/agent/**/*.test.ts'],
          globalSetup: ['test/temporary-folders.ts', 'test/e2e/global-setup.ts', 'test/e2e/agent/install.ts'],
          testTimeout: 300_000,
          expect: { poll: { timeout: pollTimeout } },
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
