import { gunzipSync } from 'node:zlib';

export type Gunzipped = { ok: true; bytes: Uint8Array } | { ok: false; why: 'too_large' | 'damaged' };

/**
 * Unpacks gzip data of up to `maxBytes`; a bomb is stopped at twice that. Workers hold the buffer that they unpack into to the limit, not what is
 * in it, and the buffer doubles: with `maxBytes` itself as the limit they refuse data that is well below.
 */
export function gunzipAtMost(packed: Uint8Array, maxBytes: number): Gunzipped {
  try {
    const bytes = gunzipSync(packed, { maxOutputLength: 2 * maxBytes + 1 });
    return bytes.byteLength > maxBytes ? { ok: false, why: 'too_large' } : { ok: true, bytes };
  } catch (error) {
    // Node and Workers throw a RangeError at the limit, and other errors for what is no whole gzip.
    return { ok: false, why: error instanceof RangeError ? 'too_large' : 'damaged' };
  }
}
