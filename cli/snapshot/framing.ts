import { limits } from '../../wire/limits.ts';
import { type PackRecord, packHeader, packHeaderBytes, readPack } from '../../wire/pack.ts';
import { Failure } from '../failure.ts';

/** gzip of bytes that do not shrink adds a few for each 32 KB, and its own header. */
const maxPackedBytes = limits.maxContentBytes + 64 * 1024;

/** One record of a pack. What does not shrink by a twentieth is sent as it is: unpacking it would cost more than it saves. */
export async function packed(hash: string, plain: Buffer): Promise<Buffer> {
  const { gzip } = process.getBuiltinModule('node:zlib');
  const small = await new Promise<Buffer>((resolve, reject) =>
    gzip(plain, { level: 5 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  );
  const size = plain.length;
  const isWorthIt = small.length < size * 0.95;
  const record: PackRecord = { hash, size, encoding: isWorthIt ? 'gzip' : 'none', packed: isWorthIt ? small : plain };
  return Buffer.concat([packHeader(record), record.packed]);
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
  let wanted = packHeaderBytes;
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
  new Failure(`The server sent contents that are damaged. Record ${number}: ${what}`);

/** How long the record that begins here is, as far as its header is there. */
function lengthOf(bytes: Buffer, number: number): number {
  if (bytes.length < packHeaderBytes) return packHeaderBytes;
  const length = bytes.readUInt32BE(36);
  if (length > maxPackedBytes) throw damaged(number, 'It says that it is too large.');
  return packHeaderBytes + length;
}

function unpacked(bytes: Buffer, number: number): Content {
  const read = readPack(bytes);
  if (!read.ok) throw damaged(number, read.message);
  const [record] = read.records;
  if (!record) throw damaged(number, 'It is empty.');
  const plain = plainBytes(record, number);
  if (plain.length !== record.size) throw damaged(number, 'It has another size than it says.');
  const { createHash } = process.getBuiltinModule('node:crypto');
  if (createHash('sha256').update(plain).digest('hex') !== record.hash)
    throw damaged(number, 'It has another hash than it says.');
  return { hash: record.hash, bytes: plain };
}

function plainBytes({ encoding, packed, size }: PackRecord, number: number): Buffer {
  if (encoding === 'none') return Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  try {
    // Stops a bomb where it outgrows what it declares; the option cannot be 0.
    return process.getBuiltinModule('node:zlib').gunzipSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw damaged(number, 'It does not unpack to the size that it says.');
  }
}
