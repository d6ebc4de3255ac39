import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether `mac` is the HMAC-SHA-256 of `message` under `key`, in a time that says nothing of how much of it is right. */
export function isMac(key: string | Uint8Array, message: readonly (string | Uint8Array)[], mac: Uint8Array): boolean {
  const hmac = createHmac('sha256', key);
  for (const part of message) hmac.update(part);
  return isSame(hmac.digest(), mac);
}

/** Whether two texts are the same, likewise. Their lengths are not kept secret. */
export const isSameText = (one: string, other: string): boolean => isSame(Buffer.from(one), Buffer.from(other));

const isSame = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && timingSafeEqual(one, other);

/** The bytes of exactly 64 lower-case hexadecimal digits, the one way to write a SHA-256; undefined for anything else. */
export const hexMac = (hex: string): Uint8Array | undefined =>
  /^[0-9a-f]{64}$/.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;

/** The bytes of a SHA-256 in base64, in the one way to write it; undefined for anything else. */
export function base64Mac(base64: string): Uint8Array | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === base64 ? Uint8Array.from(bytes) : undefined;
}

/** The milliseconds of a header that holds Unix seconds; undefined where it holds something else, or a moment too far from now. */
export function freshMs(header: string | null, nowMs: number, toleranceMs: number): number | undefined {
  if (header === null || !/^[1-9]\d{0,11}$/.test(header)) return undefined;
  const atMs = Number(header) * 1000;
  return Math.abs(nowMs - atMs) <= toleranceMs ? atMs : undefined;
}
