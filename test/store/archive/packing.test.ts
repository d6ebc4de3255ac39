import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { pack, unpack } from '../../../worker/store/archive/packing.ts';

/** Text as it lies in repositories: it shrinks to a fraction. */
const textOf = (size: number): Buffer => Buffer.alloc(size, "export const value = compute('of the module');\n");

/** Sizes from a byte to the largest content, close enough to fall between any two steps of a buffer that doubles. */
function* sizes(): Generator<number> {
  for (let size = 1; size < limits.maxContentBytes; size = Math.ceil(size * 1.07)) yield size;
  yield limits.maxContentBytes;
}

describe('a content that shrinks', () => {
  it('unpacks to what it was, whatever its size', () => {
    const lost = [...sizes()].filter((size) => {
      const bytes = textOf(size);
      const read = unpack({ ...pack(bytes), encoding: 'gzip', packed: gzipSync(bytes) });
      return !(read.ok && bytes.equals(read.bytes));
    });
    expect(lost).toEqual([]);
  });

  it('is refused where it unpacks to a byte more than it declares, and where it would never end', () => {
    const bytes = textOf(100_000);
    for (const size of [99_999, 50_000, 1000]) {
      const read = unpack({ ...pack(bytes), size });
      expect(read).toEqual({ ok: false, message: `It unpacks to more than the ${size} bytes that its record declares.` });
    }
    const bomb = gzipSync(textOf(limits.maxContentBytes * 8));
    expect(unpack({ ...pack(bytes), size: 100, encoding: 'gzip', packed: bomb })).toMatchObject({ ok: false });
  });
});
