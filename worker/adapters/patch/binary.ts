import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const lineBytes = 52;

/**
 * The body of git's own patch of bytes that are no text, and its way back (`git apply --reverse`). Git takes it only with the names of both
 * contents, so it cannot be put on other bytes than it was made from. https://git-scm.com/docs/git-format-patch
 */
export function* binaryBody(before: Uint8Array | null, after: Uint8Array | null): Generator<string> {
  yield `index ${blobId(before)}..${blobId(after)}\nGIT binary patch\n`;
  yield* literal(after ?? new Uint8Array());
  yield* literal(before ?? new Uint8Array());
}

/** Zeros stand for a file that there is not. */
function blobId(bytes: Uint8Array | null): string {
  if (bytes === null) return '0'.repeat(40);
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

function* literal(bytes: Uint8Array): Generator<string> {
  const packed = deflateSync(bytes);
  yield `literal ${bytes.byteLength}\n`;
  const linesAtOnce = 1000;
  for (let at = 0; at < packed.byteLength; at += lineBytes * linesAtOnce) {
    const some = packed.subarray(at, at + lineBytes * linesAtOnce);
    let lines = '';
    for (let from = 0; from < some.byteLength; from += lineBytes) lines += lineOf(some.subarray(from, from + lineBytes));
    yield lines;
  }
  yield '\n';
}

/** Its first letter says how many bytes it holds: A to Z are 1 to 26, a to z 27 to 52. */
function lineOf(bytes: Uint8Array): string {
  const { byteLength } = bytes;
  const length = byteLength <= 26 ? String.fromCharCode(64 + byteLength) : String.fromCharCode(96 + byteLength - 26);
  let line = length;
  for (let at = 0; at < byteLength; at += 4) line += base85(bytes, at);
  return `${line}\n`;
}

/** Four bytes as five letters; missing bytes count as zeros. */
function base85(bytes: Uint8Array, at: number): string {
  let value = 0;
  for (let i = 0; i < 4; i++) value = value * 256 + (bytes[at + i] ?? 0);
  let word = '';
  for (let i = 0; i < 5; i++) {
    word = alphabet.charAt(value % 85) + word;
    value = Math.floor(value / 85);
  }
  return word;
}
