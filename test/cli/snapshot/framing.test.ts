import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Content, contentsOf, packed } from '../../../cli/snapshot/framing.ts';
import { recordOf, sha256 } from './stand-in.ts';

async function read(bytes: Buffer, chunk = bytes.length): Promise<Content[]> {
  async function* stream() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const found: Content[] = [];
  for await (const content of contentsOf(stream())) found.push({ ...content, bytes: Buffer.from(content.bytes) });
  return found;
}

const bytesOf = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.nat(255), fc.nat(20_000)).map(([byte, length]) => Buffer.alloc(length, byte)),
);

describe('a pack', () => {
  it('comes out as it went in, however the network cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytesOf, { maxLength: 6 }), fc.integer({ min: 7, max: 5000 }), async (contents, chunk) => {
        const records = await Promise.all(contents.map((bytes) => packed(sha256(bytes), bytes)));
        const found = await read(Buffer.concat(records.flat()), chunk);
        expect(found).toEqual(contents.map((bytes) => ({ hash: sha256(bytes), bytes })));
      }),
      { numRuns: 60 },
    );
  });

  const honest = recordOf(sha256(Buffer.from('hello')), Buffer.from('hello'));
  const changed = (at: number, value: number, width: 1 | 4 = 1) => {
    const record = Buffer.from(honest);
    record.writeUIntBE(value, at, width);
    return record;
  };
  const bomb = Buffer.concat([honest.subarray(0, 41), gzipSync(Buffer.alloc(50_000_000))]);
  bomb.writeUInt32BE(bomb.length - 41, 36);

  it.each([
    ['another hash', changed(0, honest.readUInt8(0) ^ 1), 'Record 1: It has another hash'],
    ['a smaller size', changed(32, 4, 4), 'Record 1: It does not unpack to the size'],
    ['a larger size', changed(32, 6, 4), 'Record 1: It has another size'],
    ['a size that is too large', changed(32, 0xffffffff, 4), 'Record 1: A content has at most'],
    ['a length that is too large', changed(36, 0x7fffffff, 4), 'Record 1: It says that it is too large'],
    ['a way of packing that nobody knows', changed(40, 7), 'Record 1: It is packed in no known way'],
    ['rubbish inside', Buffer.concat([honest.subarray(0, 41), Buffer.alloc(honest.length - 41)]), 'Record 1: It does not unpack'],
    ['a bomb', bomb, 'Record 1: It does not unpack to the size'],
    ['a second record that is wrong', Buffer.concat([honest, changed(40, 7)]), 'Record 2'],
  ])('with %s is refused, and says which record', async (_, pack, words) => {
    await expect(read(pack)).rejects.toThrow(words);
  });

  it('that breaks off gives what was whole before', async () => {
    const found: Content[] = [];
    async function* stream() {
      yield Buffer.concat([honest, honest.subarray(0, 30)]);
    }
    const reading = (async () => {
      for await (const content of contentsOf(stream())) found.push(content);
    })();
    await expect(reading).rejects.toThrow('Record 2 is cut off.');
    expect(found).toHaveLength(1);
  });
});
