import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { parse } from 'smol-toml';
import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/slowest-first.ts';

// Vitest would leave a processor to itself; where there are two, that is half of them.
const maxWorkers = '100%';

// No claim is about time: a machine that is busy with other things may take long over any of them.
const testTimeout = 60_000;

// Pure things run in plain Node; anything with a binding runs in workerd against real D1, R2 and Durable Objects.
export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'plain',
          maxWorkers,
          isolate: false,
          testTimeout,
          hookTimeout: testTimeout,
          globalSetup: ['test/temporary-folders.ts'],
          include: ['test/{wire,domain,adapters,web,cli,scripts,simulation}/**/*.test.ts', 'test/*.test.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                SIGNING_SECRET: '00'.repeat(32),
                // What the cron test holds the jobs against.
                TEST_TRIGGERS: parse(readFileSync('wrangler.toml', 'utf8')).triggers,
                TEST_MIGRATIONS: await readD1Migrations('migrations'),
                // No test looks a name up outside: fetch knows no such scheme.
                DNS_API: 'nowhere://dns-query',
                SLACK_API: 'nowhere://slack',
                GITHUB_API: 'nowhere://github',
                GITLAB_API: 'nowhere://gitlab',
                GITHUB_WEB: 'nowhere://github-web',
                GITHUB_APP_SLUG: 'flightdeck-test',
                GITHUB_APP_CLIENT_ID: 'Iv1.test',
                GITHUB_APP_CLIENT_SECRET: 'client secret',
                GITHUB_APP_PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 })
                  .privateKey.export({ type: 'pkcs1', format: 'pem' })
                  .toString(),
                GITHUB_APP_WEBHOOK_SECRET: 'the secret of the App',
              },
            },
          }),
        ],
        test: {
          name: 'workerd',
          include: ['test/{routes,rooms,store,jobs,middleware,credentials,tenancy,bench}/**/*.test.ts'],
          maxWorkers,
          isolate: false,
          setupFiles: ['test/workerd-setup.ts'],
          // How long the sessions are that the cost meter plays whole; 0 has it play a few turns and reckon.
          provide: { costHours: Number(process.env.COST_HOURS ?? 0) },
          testTimeout,
          hookTimeout: testTimeout,
        },
      },
    ],
  },
});
