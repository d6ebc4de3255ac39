import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { CreatedSnapshot, Manifest, ManifestEntry, SnapshotList } from '../../../wire/snapshot.ts';
import { partSizes } from '../../../worker/domain/archive/manifest.ts';
import { pack, sha256 } from '../../../worker/store/archive/packing.ts';
import { hostileArchives } from '../../adapters/tar/hostile-archives.ts';
import { end, entry, header, tarGz } from '../../adapters/tar/tar-bytes.ts';
import { makeArchiveRig, noise, packOf } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
let snapshots: string;
/** Of another session. */
let hostile: string;
beforeAll(async () => {
  rig = await makeArchiveRig('Archives');
  [snapshots, hostile] = [await snapshotsOf('archives'), await snapshotsOf('hostile')];
});

async function snapshotsOf(session: string): Promise<string> {
  const answer = await rig.batch(session, [{ type: 'prompt', text: 'go' }]);
  return `/api/sessions/${(await answer.json<IngestAnswer>()).sessionId}/snapshots`;
}

const upload = (body: BodyInit, query = '', to = snapshots) =>
  rig.sendBytes('POST', `${to}/upload${query}`, body, 'application/gzip');

async function uploaded(body: BodyInit, query?: string): Promise<CreatedSnapshot> {
  const response = await upload(body, query);
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<CreatedSnapshot>();
}

const manifestOf = ({ id }: { id: string }) => rig.browser.json<Manifest>(`/api/snapshots/${id}/manifest`);

async function archiveOf({ id }: { id: string }): Promise<Uint8Array<ArrayBuffer>> {
  const response = await rig.browser.call(`/api/snapshots/${id}/archive`);
  expect(response.headers.get('content-type')).toBe('application/gzip');
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${id}.tar.gz"`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Files as a client has them, by path: bytes and a mode, or a link's target. */
type Workspace = Map<string, { bytes: Uint8Array; mode: number } | { target: string }>;

/** Takes a snapshot of them as the command does: contents in packs, then the manifest. */
async function take(workspace: Workspace): Promise<CreatedSnapshot> {
  const entries: ManifestEntry[] = [];
  const contents: Uint8Array[] = [];
  for (const path of [...workspace.keys()].sort()) {
    const file = workspace.get(path);
    if (file && 'target' in file) entries.push({ type: 'link', path, target: file.target });
    else if (file) {
      const { bytes, mode } = file;
      const parts = partSizes(bytes.byteLength).map((size, i) => {
        const at = i * limits.maxContentBytes;
        return bytes.subarray(at, at + size);
      });
      contents.push(...parts);
      const hashes = parts.map(sha256);
      const size = bytes.byteLength;
      entries.push({ type: 'file', path, size, mode, hash: sha256(bytes), ...(hashes.length > 1 && { parts: hashes }) });
    }
  }
  const records = [...new Map(contents.map((plain) => [sha256(plain), pack(plain)])).values()];
  const response = records.length > 0 ? await rig.put(packOf(records)) : undefined;
  if (response && response.status !== 200) throw new Error(await response.text());
  return rig.browser.json<CreatedSnapshot>(snapshots, { body: { entries } });
}

describe('a snapshot as a tar.gz', () => {
  it('is an archive as any tar reads it, and uploaded comes to the same manifest', async () => {
    const workspace: Workspace = new Map([
      ['README.md', { bytes: Buffer.from('hello'), mode: 0o644 }],
      ['bin/run', { bytes: Buffer.from('#!/bin/sh\n'), mode: 0o755 }],
      ['current', { target: 'bin/run' }],
      ['empty', { bytes: new Uint8Array(), mode: 0o600 }],
      ['twin', { bytes: Buffer.from('hello'), mode: 0o644 }],
    ]);
    const taken = await take(workspace);
    const archive = await archiveOf(taken);
    const tar = gunzipSync(archive);
    expect(tar.byteLength % 512).toBe(0);
    expect(tar.subarray(0, 9).toString()).toBe('README.md');
    expect(tar.subarray(257, 262).toString()).toBe('ustar');
    const again = await uploaded(archive, '?name=again');
    expect(again).toMatchObject({ reason: 'upload', name: 'again', fileCount: 5, bytes: taken.bytes, seq: taken.seq + 1 });
    expect(await manifestOf(again)).toEqual(await manifestOf(taken));
  });

  it('holds any files: packs, snapshot, tar.gz and upload come to the same manifest', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.constantFrom('a', 'b', 'index.ts', 'ü', '日本', 'x'.repeat(120), ' ', '-', '...'),
    );
    const isPart = (part: string) => !/[/\\\0:\ufffd]|^\.{1,2}$|^(\.git|git~1)[. ]*$/i.test(part) && part.isWellFormed();
    const path = fc.array(name.filter(isPart), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
    const bytes = fc.oneof(
      { weight: 20, arbitrary: fc.uint8Array({ maxLength: 2000 }) },
      { weight: 5, arbitrary: fc.constantFrom(0, 1, 511, 512, 513).map((size) => new Uint8Array(size)) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1).map((more) => new Uint8Array(limits.maxContentBytes + more)) },
    );
    const file = fc.record({ bytes, mode: fc.constantFrom(0o644, 0o755, 0o600, 0o444, 0, 0o777) });
    const link = fc.record({ target: fc.constantFrom('a', './b', 'x'.repeat(150), 'ü/日本') });
    const files = fc.dictionary(path, fc.oneof({ weight: 4, arbitrary: file }, { weight: 1, arbitrary: link }), { maxKeys: 12 });
    const workspaces = files.map((all): Workspace => {
      const paths = Object.keys(all);
      // A path cannot be a file and the folder of another.
      const kept = paths.filter((one) => !paths.some((other) => one.startsWith(`${other}/`)));
      return new Map(kept.flatMap((one) => (all[one] ? [[one, all[one]]] : [])));
    });
    await fc.assert(
      fc.asyncProperty(workspaces, async (workspace) => {
        const taken = await take(workspace);
        const again = await uploaded(await archiveOf(taken));
        expect(await manifestOf(again)).toEqual(await manifestOf(taken));
        expect(again).toMatchObject({ fileCount: taken.fileCount, bytes: taken.bytes });
      }),
      { numRuns: 12 },
    );
  });

  it('of a large file is made of its parts, and of files spread over many packs', async () => {
    const large = noise(3 * limits.maxContentBytes + 77);
    const workspace: Workspace = new Map([['large', { bytes: large, mode: 0o644 }]]);
    for (let i = 0; i < 30; i++) workspace.set(`small/${i}`, { bytes: noise(1000 * i), mode: 0o644 });
    const taken = await take(workspace);
    const again = await uploaded(await archiveOf(taken));
    const manifest = await manifestOf(again);
    expect(manifest).toEqual(await manifestOf(taken));
    expect(manifest.entries.find(({ path }) => path === 'large')).toMatchObject({ hash: sha256(large), parts: { length: 4 } });
  });

  it('that nobody reads to its end stops there', async () => {
    const taken = await take(new Map([['noise', { bytes: noise(2_000_000), mode: 0o644 }]]));
    const response = await rig.browser.call(`/api/snapshots/${taken.id}/archive`);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.byteLength).toBeGreaterThan(0);
    await reader?.cancel();
  });
});

describe('an uploaded archive', () => {
  it('stores what is new, knows hard links and modes, and says what was left out', async () => {
    const archive = tarGz(
      header({ name: './', type: '5' }),
      entry({ name: './b', mode: '4755' }, 'of b'),
      header({ name: './a', type: '1', link: './b', mode: '755' }),
      entry({ name: './.git/config' }, 'secret'),
      entry({ name: './.git/hooks/x' }, 'secret'),
    );
    const hash = sha256(Buffer.from('of b'));
    const taken = await uploaded(new Uint8Array(archive));
    expect(taken).toMatchObject({ fileCount: 2, leftOutCount: 1 });
    expect(await manifestOf(taken)).toEqual({
      entries: [
        { type: 'file', path: 'a', size: 4, mode: 0o755, hash },
        { type: 'file', path: 'b', size: 4, mode: 0o755, hash },
      ],
      leftOut: [{ path: '.git', why: 'special' }],
    });
    expect(Buffer.from((await rig.read([hash])).get(hash) ?? []).toString()).toBe('of b');
  });

  it.each(hostileArchives)('with %s is refused in its own words, and no snapshot is made of it', async (_what, bytes, words) => {
    const response = await upload(new Uint8Array(bytes), '', hostile);
    const problem = await response.json<Problem>();
    expect(problem).toMatchObject({ status: 400, code: 'invalid' });
    expect(problem.errors?.[0]?.message).toContain(words);
  });

  it('left none of all that behind', async () => {
    expect((await rig.browser.json<SnapshotList>(hostile)).items).toEqual([]);
  });

  it('that is a bomb stops where its files declare more than the cap', async () => {
    const over = tarGz(header({ name: 'zeros', size: limits.maxUploadPlainBytes + 1 }), new Uint8Array(8_000_000));
    expect(await (await upload(new Uint8Array(over))).json()).toMatchObject({
      detail: expect.stringContaining('declare more than'),
    });
  });

  it('whose end goes on for ever stops there, too', async () => {
    const endless = tarGz(entry({ name: 'good' }, 'good'), end, new Uint8Array(64 * 1024 * 1024));
    expect(await (await upload(new Uint8Array(endless))).json()).toMatchObject({
      errors: [{ message: expect.stringContaining('more than a megabyte after its end') }],
    });
  });

  it('of another type is refused before it is read', async () => {
    const response = await rig.sendBytes('POST', `${snapshots}/upload`, 'x', 'application/zip');
    expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' });
  });
});
