import { limits } from '../../wire/limits.ts';
import { type PackRecord, packHeader, packHeaderBytes, readPack } from '../../wire/pack.ts';
import { Failure } from '../failure.ts';

/** gzip of bytes that do not shrink adds a few for each 32 KB, and its own header. */
const maxPackedBytes = limits.maxContentBytes + 64 * 1024;

/** What is worth unpacking again: less than this of its size. */
const worthwhile = 0.95;
/** Bytes by which a larger content is judged before all of it is packed in vain: most that are large are packed already. */
const sampleBytes = 4096;

/** One record of a pack, as header and bytes; the bytes may be those of `plain`. */
export async function packed(hash: string, plain: Buffer): Promise<[header: Uint8Array, bytes: Uint8Array]> {
  const size = plain.length;
  const small = shrinks(plain) ? await gzipped(plain) : plain;
  const isWorthIt = small.length < size * worthwhile;
  const record: PackRecord = { hash, size, encoding: isWorthIt ? 'gzip' : 'none', packed: isWorthIt ? small : plain };
  return [packHeader(record), record.packed];
}

/** By a piece from its midst: what is packed has a head that is not. */
function shrinks(plain: Buffer): boolean {
  if (plain.length < 2 * sampleBytes) return true;
  const middle = Math.floor((plain.length - sampleBytes) / 2);
  const sample = plain.subarray(middle, middle + sampleBytes);
  return process.getBuiltinModule('node:zlib').gzipSync(sample, { level: 1 }).length < sampleBytes * worthwhile;
}

const gzipped = (plain: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    process.getBuiltinModule('node:zlib').gzip(plain, { level: 5 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  );

export interface Content {
  hash: string;
  /** To be used before the next content is asked for: the memory is the same. */
  bytes: Buffer;
}

/**
 * The contents of a pack, each verified. Throws a Failure that says which record is wrong, and any other Error where the stream breaks off;
 * it may end after any record.
 */
export async function* contentsOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Content> {
  // One buffer for all records: half a gigabyte of them would be as much garbage.
  const record = Buffer.allocUnsafe(packHeaderBytes + maxPackedBytes);
  let count = 0;
  let length = 0;
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; ) {
      const wanted = lengthOf(record.subarray(0, length), count + 1);
      const piece = chunk.subarray(at, at + wanted - length);
      record.set(piece, length);
      at += piece.length;
      length += piece.length;
      if (length < packHeaderBytes || length < lengthOf(record.subarray(0, length), count + 1)) continue;
      count++;
      yield unpacked(record.subarray(0, length), count);
      length = 0;
    }
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
