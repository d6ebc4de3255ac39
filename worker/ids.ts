/** Crockford's base32: its characters sort by value, so ids sort by the time they were made. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdPrefix =
  | 'org'
  | 'usr'
  | 'prj'
  | 'igt'
  | 'apt'
  | 'lgn'
  | 'inv'
  | 'bud'
  | 'prc'
  | 'rul'
  | 'snp'
  | 'req'
  | 'chn'
  | 'alr'
  | 'alt'
  | 'ers'
  | 'int';

/** `<prefix>_` + 10 characters of time + 16 random ones (80 bits). Lists are paged by these ids, oldest or newest first. */
export function newId(prefix: IdPrefix, nowMs: number = Date.now()): string {
  return idOf(prefix, nowMs, crypto.getRandomValues(new Uint8Array(16)));
}

/** The id of what was made elsewhere at that time: for the same digest (16 bytes at least) always the same. */
export const idOf = (prefix: IdPrefix, atMs: number, digest: Uint8Array): string => firstIdOf(prefix, atMs) + textOf(digest);

/** What every id sorts after that was made at `nowMs` or later, and before which the earlier ones sort. */
export function firstIdOf(prefix: IdPrefix, nowMs: number): string {
  let time = '';
  for (let rest = nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet.charAt(rest % 32) + time;
  return `${prefix}_${time}`;
}

const textOf = (bytes: Uint8Array): string => Array.from(bytes.subarray(0, 16), (byte) => alphabet.charAt(byte % 32)).join('');
