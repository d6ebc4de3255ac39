import { evictDurableObject } from 'cloudflare:test';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import { limits } from '../../../wire/limits.ts';
import { type PackRecord, packHeaderBytes, readPack } from '../../../wire/pack.ts';
import { pack, sha256 } from '../../../worker/store/archive/packing.ts';
import { bytesOf, makeArchiveRig, noise, packOf, recordOf } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
beforeAll(async () => {
  rig = await makeArchiveRig('Contents');
});

const hashOf = (text: string) => recordOf(text).hash;
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

async function refused(response: Response): Promise<Problem> {
  expect(response.ok).toBe(false);
  return response.json<Problem>();
}

describe('a content', () => {
  it('is stored once a project, and read as it was', async () => {
    expect(await rig.store('one', 'two', '')).toEqual({ stored: 3, known: 0 });
    expect(await rig.store('two', 'three', 'three')).toEqual({ stored: 1, known: 1 });
    const read = await rig.read(['one', 'two', 'three', ''].map(hashOf));
    expect(['one', 'two', 'three', ''].map((text) => textOf(read.get(hashOf(text))))).toEqual(['one', 'two', 'three', '']);
  });

  it('is still there after the index was evicted', async () => {
    await rig.store('evicted');
    await evictDurableObject(rig.index());
    expect(await rig.missing([hashOf('evicted'), hashOf('unheard of')])).toEqual({ missing: [hashOf('unheard of')] });
    expect(textOf((await rig.read([hashOf('evicted')])).get(hashOf('evicted')))).toBe('evicted');
  });

  it('that is not there is a 404 that says which', async () => {
    await rig.store('there');
    const response = await rig.browser.call(`${rig.base}/read`, { body: { hashes: [hashOf('there'), hashOf('nowhere')] } });
    expect(await refused(response)).toMatchObject({ status: 404, code: 'not_found', missing: [hashOf('nowhere')] });
  });

  it('of another organization is not found by its hash, in its project or in one’s own', async () => {
    const other = await makeArchiveRig('Other-contents');
    await other.store('a secret of another organization');
    const hashes = [hashOf('a secret of another organization')];
    const own = await rig.browser.call(`${rig.base}/read`, { body: { hashes } });
    expect(await refused(own)).toMatchObject({ code: 'not_found', missing: hashes });
    expect(await refused(await rig.browser.call(`${other.base}/read`, { body: { hashes } }))).toMatchObject({
      code: 'not_found',
    });
    expect(await rig.missing(hashes)).toEqual({ missing: hashes });
  });

  it('that twenty upload at the same time is stored once', async () => {
    const solo = await makeArchiveRig('Twenty-uploads');
    const texts = Array.from({ length: 50 }, (_, i) => `file ${i}`);
    const answers = await Promise.all(Array.from({ length: 20 }, () => solo.store(...texts)));
    expect(answers.reduce((sum, { stored }) => sum + stored, 0)).toBe(50);
    expect(await solo.stored('packs')).toHaveLength(1);
    expect((await solo.read(texts.map(hashOf))).size).toBe(50);
  });

  it('asking an unknown project’s index writes nothing', async () => {
    const quiet = await makeArchiveRig('Quiet');
    expect(await quiet.missing([hashOf('x')])).toEqual({ missing: [hashOf('x')] });
    expect(await quiet.stored('packs')).toEqual([]);
  });
});

describe('a pack', () => {
  it('is refused as a whole where one record is wrong, by the record’s number and in its own words', async () => {
    const good = recordOf('good');
    const zeros = new Uint8Array(8 * 1024 * 1024);
    const gzip = (plain: Uint8Array, more: Partial<PackRecord> = {}): PackRecord => ({
      hash: sha256(plain),
      size: plain.byteLength,
      encoding: 'gzip',
      packed: gzipSync(plain),
      ...more,
    });
    const hello = bytesOf('hello '.repeat(100));
    const cases: [PackRecord, string][] = [
      [{ ...good, hash: hashOf('other') }, `hash to ${good.hash}, not to ${hashOf('other')}`],
      [gzip(zeros, { size: 1000 }), 'unpacks to more than the 1000 bytes'],
      [gzip(hello, { size: hello.byteLength - 1 }), 'declares'],
      [gzip(hello, { size: hello.byteLength + 1 }), 'It has 600 bytes; its record declares 601.'],
      [gzip(hello, { packed: gzipSync(hello).subarray(0, 20) }), 'not whole gzip data'],
      [gzip(hello, { packed: bytesOf('no gzip') }), 'not whole gzip data'],
    ];
    for (const [wrong, words] of cases) {
      const problem = await refused(await rig.put(packOf([recordOf('innocent'), good, wrong])));
      expect(problem).toMatchObject({
        code: 'invalid',
        errors: [{ path: 'records.3', message: expect.stringContaining(words) }],
      });
    }
    expect(await rig.missing([hashOf('innocent')])).toEqual({ missing: [hashOf('innocent')] });
  });

  it('cut off, empty, or of another type is refused', async () => {
    const whole = packOf([recordOf('cut'), recordOf('off')]);
    const cut = await refused(await rig.put(whole.slice(0, -1)));
    expect(cut).toMatchObject({ code: 'invalid', errors: [{ path: 'records.2', message: 'The pack ends within its bytes.' }] });
    expect(await refused(await rig.put(new Uint8Array()))).toMatchObject({
      code: 'invalid',
      detail: 'The pack holds no contents.',
    });
    expect(await refused(await rig.put(whole, 'application/json'))).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('takes contents and packs at their caps, and none above', async () => {
    const capped = await makeArchiveRig('Caps');
    const largest = noise(limits.maxContentBytes);
    const rest = noise(limits.maxContentBytes - 4 * packHeaderBytes);
    const records = [largest, noise(limits.maxContentBytes), noise(limits.maxContentBytes), rest].map(pack);
    const full = packOf(records);
    expect(full.byteLength).toBe(limits.maxPackBytes);
    expect(await (await capped.put(full)).json()).toEqual({ stored: 4, known: 0 });
    expect(await refused(await capped.put(packOf([...records, recordOf('x')])))).toMatchObject({ code: 'too_large' });
    const tooLarge = pack(new Uint8Array(limits.maxContentBytes + 1));
    expect(await refused(await capped.put(packOf([tooLarge])))).toMatchObject({ errors: [{ path: 'records.1' }] });
    const many = Array.from({ length: limits.maxContentHashes + 1 }, (_, i) => recordOf(`${i}`));
    expect(await refused(await capped.put(packOf(many)))).toMatchObject({ detail: expect.stringContaining('at most 5000') });
    expect(await (await capped.put(packOf(many.slice(1)))).json()).toEqual({ stored: 5000, known: 0 });
    const all = many.slice(1).map(({ hash }) => hash);
    expect((await capped.read(all)).size).toBe(5000);
    expect(await capped.missing(all)).toEqual({ missing: [] });
  });

  it('of an answer ends early, and asking again for the rest gives all', async () => {
    const large = await makeArchiveRig('Large-answers');
    const records = Array.from({ length: 6 }, () => pack(noise(limits.maxContentBytes)));
    for (const half of [records.slice(0, 3), records.slice(3)]) expect((await large.put(packOf(half))).status).toBe(200);
    const wanted = new Set(records.map(({ hash }) => hash));
    let answers = 0;
    for (; wanted.size > 0; answers++) {
      const response = await large.browser.call(`${large.base}/read`, { body: { hashes: [...wanted] } });
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes.byteLength).toBeLessThanOrEqual(limits.maxPackBytes);
      const read = readPack(bytes);
      for (const { hash } of read.ok ? read.records : []) expect(wanted.delete(hash)).toBe(true);
    }
    expect(answers).toBe(2);
  });
});
