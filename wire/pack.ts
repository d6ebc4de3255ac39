import { limits } from './limits.ts';

/**
 * A pack carries contents, up and down alike: records one after the other, each 32 bytes SHA-256 of the plain bytes, plain size and packed
 * length (u32, big-endian), one byte that says how it is packed, and the packed bytes. Records name themselves, so their order means nothing.
 */
export interface PackRecord {
  hash: string;
  /** Plain bytes. */
  size: number;
  encoding: Encoding;
  packed: Uint8Array;
}

export const encodings = ['none', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** What a record has before its packed bytes. */
export const packHeaderBytes = 32 + 4 + 4 + 1;

export function packHeader({ hash, size, encoding, packed }: PackRecord): Uint8Array {
  const header = new Uint8Array(packHeaderBytes);
  for (let i = 0; i < 32; i++) header[i] = Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16);
  const view = new DataView(header.buffer);
  view.setUint32(32, size);
  view.setUint32(36, packed.byteLength);
  header[40] = encodings.indexOf(encoding);
  return header;
}

/** The records of a whole pack, which share its memory; or what is wrong with it, and with which record, the first being 1. */
export type ReadPack = { ok: true; records: PackRecord[] } | { ok: false; record: number; message: string };

/** Looks at the framing alone: whether the bytes are what their hash says, only unpacking them tells. */
export function readPack(bytes: Uint8Array): ReadPack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: PackRecord[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const refuse = (message: string): ReadPack => ({ ok: false, record: records.length + 1, message });
    if (bytes.byteLength - at < packHeaderBytes)
      return refuse(`The pack ends within the ${packHeaderBytes} bytes before a content.`);
    const [size, length] = [view.getUint32(at + 32), view.getUint32(at + 36)];
    const encoding = encodings[view.getUint8(at + 40)];
    const start = at + packHeaderBytes;
    if (encoding === undefined) return refuse('It is packed in no known way: 0 is as it is, 1 is gzip.');
    if (size > limits.maxContentBytes) return refuse(`A content has at most ${limits.maxContentBytes} bytes; cut it into parts.`);
    if (length > bytes.byteLength - start) return refuse('The pack ends within its bytes.');
    if (encoding === 'none' && length !== size) return refuse('It is as it is, and yet has another length packed than plain.');
    records.push({ hash: hex(bytes.subarray(at, at + 32)), size, encoding, packed: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return { ok: true, records };
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
