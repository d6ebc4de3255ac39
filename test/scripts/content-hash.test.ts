import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { contentHash } from '../../scripts/local/content-hash.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

let root: string;
const hash = () => contentHash(root, ['worker', 'wrangler.toml']);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = temporaryFolder();
  write('worker/app.ts', 'app');
  write('worker/rooms/room.ts', 'room');
  write('wrangler.toml', 'name = "x"');
});

describe('the hash that a bundle is kept under', () => {
  it.each([
    ['a source says something else', () => write('worker/rooms/room.ts', 'roam')],
    [
      'what stood in one file stands in the next',
      () => {
        write('worker/app.ts', 'appr');
        write('worker/rooms/room.ts', 'oom');
      },
    ],
    ['a source is new', () => write('worker/rooms/new.ts', '')],
    ['a source is gone', () => rmSync(join(root, 'worker/rooms/room.ts'))],
    ['a source is called otherwise', () => renameSync(join(root, 'worker/app.ts'), join(root, 'worker/main.ts'))],
    ['the settings are others', () => write('wrangler.toml', 'name = "y"')],
  ])('is another where %s', async (_, change) => {
    const before = await hash();
    change();
    expect(await hash()).not.toBe(before);
  });

  it('is the same for files that were only touched, and whatever is built beside them', async () => {
    const before = await hash();
    utimesSync(join(root, 'worker/app.ts'), new Date(), new Date());
    write('worker/dist/index.js', 'built');
    write('worker/.wrangler/tmp', 'scratch');
    write('elsewhere.ts', 'no source');
    expect(await hash()).toBe(before);
  });
});
