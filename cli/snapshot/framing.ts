import { limits } from '../../wire/limits.ts';
import { Failure } from '../failure.ts';

/** 32 bytes SHA-256 of the plain bytes · u32 BE plain size · u32 BE packed length · u8 encoding · the packed bytes. */
export const headerBytes = 41;
const encodings = { asIs: 0, gzip: 1 } as const;
/** gzip of bytes that do not shrink adds a few for each 32 KB, and the header. */
const maxPackedBytes = limits.maxContentBytes + 64 * 1024;

/** One record of a pack. What does not shrink by a twentieth is sent as it is: unpacking it would cost more than it saves. */
export async function packed(hash: string, plain: Buffer): Promise<Buffer> {
  const { gzip } = process.getBuiltinModule('node:zlib');
  const small = await new Promise<Buffer>((resolve, reject) =>
    gzip(plain, { level: 5 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  );
  const isSmaller = small.length < plain.length * 0.95;
  const bytes = isSmaller ? small : plain;
  const header = Buffer.alloc(headerBytes);
  header.write(hash, 'hex');
  header.writeUInt32BE(plain.length, 32);
  header.writeUInt32BE(bytes.length, 36);
  header.writeUInt8(isSmaller ? encodings.gzip : encodings.asIs, 40);
  return Buffer.concat([header, bytes]);
}

export interface Content {
  hash: string;
  bytes: Buffer;
}

/**
 * The contents of a pack, each verified. Throws a Failure that says which record is wrong, and any other Error where the stream breaks off;
 * it may end after any record.
 */
export async function* contentsOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Content> {
  let count = 0;
  let waiting: Uint8Array[] = [];
  let length = 0;
  let wanted = headerBytes;
  for await (const chunk of stream) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < wanted) continue;
    let rest = Buffer.concat(waiting, length);
    for (wanted = lengthOf(rest, count + 1); rest.length >= wanted; wanted = lengthOf(rest, count + 1)) {
      count++;
      yield unpacked(rest.subarray(0, wanted), count);
      rest = rest.subarray(wanted);
    }
    waiting = [rest];
    length = rest.length;
  }
  if (length > 0) throw new Error(`Record ${count + 1} is cut off.`);
}

const damaged = (number: number, what: string): Failure =>
  new Failure(`The server sent contents that are damaged: record ${number} ${what}.`);

/** What the record that begins here is long, as far as its header is there. */
function lengthOf(bytes: Buffer, number: number): number {
  if (bytes.length < headerBytes) return headerBytes;
  const size = bytes.readUInt32BE(32);
  const length = bytes.readUInt32BE(36);
  if (size > limits.maxContentBytes || length > maxPackedBytes) throw damaged(number, 'says that it is too large');
  return headerBytes + length;
}

function unpacked(record: Buffer, number: number): Content {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = record.toString('hex', 0, 32);
  const size = record.readUInt32BE(32);
  const bytes = plain(record.subarray(headerBytes), record.readUInt8(40), size, number);
  if (bytes.length !== size) throw damaged(number, 'has another size than it says');
  if (createHash('sha256').update(bytes).digest('hex') !== hash) throw damaged(number, 'has another hash than it says');
  return { hash, bytes };
}

function plain(bytes: Buffer, encoding: number, size: number, number: number): Buffer {
  if (encoding === encodings.asIs) return bytes;
  if (encoding !== encodings.gzip) throw damaged(number, 'is packed in a way that this command does not know; update it');
  try {
    // Stops a bomb where it outgrows what it declares; the option cannot be 0.
    return process.getBuiltinModule('node:zlib').gunzipSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw damaged(number, 'does not unpack to the size that it says');
  }
}
