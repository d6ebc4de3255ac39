import { defineConfig } from 'vitest/config';

// The whole product in its own processes. `e2e` brings everything along; `agent` installs a real coding agent first.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/agent/**'],
          globalSetup: ['test/e2e/global-setup.ts'],
          // Two cores: a browser, a server and a flood of hooks at once would measure each other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'agent',
          include: ['test/e2e/agent/**/*.test.ts'],
          globalSetup: ['test/e2e/global-setup.ts', 'test/e2e/agent/install.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
