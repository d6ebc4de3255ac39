import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import { encodings, type PackRecord, packHeader, packHeaderBytes, readPack } from '../../wire/pack.ts';

const packOf = (records: PackRecord[]): Uint8Array =>
  new Uint8Array(records.flatMap((record) => [...packHeader(record), ...record.packed]));

const record = (over: Partial<PackRecord> = {}): PackRecord => ({
  hash: 'ab'.repeat(32),
  size: 3,
  encoding: 'none',
  packed: new Uint8Array([1, 2, 3]),
  ...over,
});

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const records = fc.array(
  fc
    .record({
      hash: hashes,
      encoding: fc.constantFrom(...encodings),
      packed: fc.uint8Array({ maxLength: 40 }),
      plain: fc.nat(limits.maxContentBytes),
    })
    .map(({ plain, ...rest }) => ({ ...rest, size: rest.encoding === 'none' ? rest.packed.byteLength : plain })),
);

describe('a pack', () => {
  it('reads as it was written, whatever lies around it in memory', () => {
    fc.assert(
      fc.property(records, fc.nat(9), (written, before) => {
        const pack = packOf(written);
        const memory = new Uint8Array(before + pack.byteLength + 5);
        memory.set(pack, before);
        expect(readPack(memory.subarray(before, before + pack.byteLength))).toEqual({ ok: true, records: written });
      }),
    );
  });

  it('cut off anywhere between its records says which one is not whole', () => {
    fc.assert(
      fc.property(records, fc.nat(), (written, at) => {
        const pack = packOf(written);
        const cut = at % (pack.byteLength + 1);
        const ends = written.map((_, i) => packOf(written.slice(0, i + 1)).byteLength);
        const read = readPack(pack.subarray(0, cut));
        const whole = ends.filter((end) => end <= cut).length;
        if (cut === 0 || ends.includes(cut)) expect(read.ok).toBe(true);
        else expect(read).toMatchObject({ ok: false, record: whole + 1 });
      }),
    );
  });

  it('refuses a content over the cap by what it declares, without looking at its bytes', () => {
    const pack = packOf([record(), record({ size: limits.maxContentBytes + 1, encoding: 'gzip' })]);
    expect(readPack(pack)).toMatchObject({ ok: false, record: 2, message: expect.stringContaining('at most 4194304 bytes') });
  });

  it('refuses what is packed in no known way, and a length that contradicts itself', () => {
    const unknown = packOf([record()]);
    unknown[packHeaderBytes - 1] = 7;
    expect(readPack(unknown)).toMatchObject({ ok: false, message: expect.stringContaining('no known way') });
    expect(readPack(packOf([record({ size: 4 })]))).toMatchObject({
      ok: false,
      message: expect.stringContaining('another length'),
    });
  });
});
