import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from '../../scripts/local/root.ts';

it('rehearses a deployment without an account: bundles Worker and Functions, and names every step', async () => {
  const served = join(root, 'web/dist/index.html');
  const { ino, mtimeMs } = await stat(served);
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/deploy.ts', '--dry-run'], { env });
  expect(stdout.trim().split('\n')).toEqual([
    '· Built the client',
    '· Bundled the Worker',
    '· Bundled the Pages Functions',
    'A deployment would go on so:',
    '· D1: reuse or create database flightdeck, and write its id into wrangler.deploy.toml',
    '· R2: reuse or create bucket flightdeck-archive',
    '· wrangler d1 migrations apply flightdeck --remote',
    '· wrangler deploy, with a new SIGNING_SECRET if the Worker has none',
    '· Pages: reuse or create project flightdeck-web, then wrangler pages deploy web/dist with its Functions',
  ]);
  expect(await stat(served), 'the page that a server beside it serves').toMatchObject({ ino, mtimeMs });
});
