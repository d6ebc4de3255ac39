import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { PackRecord } from '../../../wire/pack.ts';
import { gunzipAtMost } from '../../gunzip-at-most.ts';

/** The plain bytes of a record; or what is wrong with it, in a sentence. */
export type Unpacked = { ok: true; bytes: Uint8Array } | { ok: false; message: string };

/** Unpacks no more than the record's declared size, and holds the bytes to its hash. */
export function unpack({ hash, size, encoding, packed }: PackRecord): Unpacked {
  const plain = encoding === 'none' ? { ok: true as const, bytes: packed } : gunzipped(packed, size);
  if (!plain.ok) return plain;
  if (plain.bytes.byteLength !== size)
    return { ok: false, message: `It has ${plain.bytes.byteLength} bytes; its record declares ${size}.` };
  const actual = sha256(plain.bytes);
  return actual === hash ? plain : { ok: false, message: `Its bytes hash to ${actual}, not to ${hash}.` };
}

/** Compressed where that makes it smaller. */
export function pack(bytes: Uint8Array): PackRecord {
  const [hash, size] = [sha256(bytes), bytes.byteLength];
  const packed = gzipSync(bytes);
  if (packed.byteLength < size) return { hash, size, encoding: 'gzip', packed };
  return { hash, size, encoding: 'none', packed: bytes };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function gunzipped(packed: Uint8Array, size: number): Unpacked {
  const read = gunzipAtMost(packed, size);
  if (read.ok) return read;
  if (read.why === 'damaged') return { ok: false, message: 'It is not whole gzip data.' };
  return { ok: false, message: `It unpacks to more than the ${size} bytes that its record declares.` };
}
