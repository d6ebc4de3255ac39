import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { archiveFile, gzippedFile, isArchive } from '../../cli/transfer/gzipped-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

describe('a file to import', () => {
  it('is gzipped on its way, once', async () => {
    expect(gunzipSync(await gzippedFile(written('a.json', '{}'), 1000)).toString()).toBe('{}');
    const gz = gzipSync('{}');
    expect(await gzippedFile(written('a.json.gz', gz), 1000)).toEqual(gz);
  });

  it('is refused in words where it is larger than what is taken', async () => {
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    for (const name of ['b.json', 'b.json.gz'])
      await expect(gzippedFile(written(name, noise), 50_000)).rejects.toThrow('has more than 50000 bytes');
  });

  it('that is an archive is read while it is sent, and refused before where it is too large', async () => {
    const file = written('all.tar.gz', gzipSync('an archive'));
    expect([isArchive(file), isArchive('a.json.gz')]).toEqual([true, false]);
    expect(gunzipSync(await (await archiveFile(file, 1000)).bytes()).toString()).toBe('an archive');
    await expect(archiveFile(file, 5)).rejects.toThrow('has more than 5 bytes');
    await expect(archiveFile(join(folder, 'none.tar.gz'), 5)).rejects.toThrow('There is no file');
  });

  it('is refused in words where it is not there, is none, or cannot be read', async () => {
    await expect(gzippedFile(join(folder, 'none.json'), 1000)).rejects.toThrow('There is no file');
    await expect(gzippedFile(folder, 1000)).rejects.toThrow('There is no file');
    // Reading a process's memory from its beginning fails for everybody, and so does a locked file for all but root.
    const locked = written('locked.json', '{}');
    chmodSync(locked, 0o000);
    const unreadable = process.getuid?.() === 0 ? '/proc/self/mem' : locked;
    await expect(gzippedFile(unreadable, 1000)).rejects.toThrow('could not be read');
  });
});
