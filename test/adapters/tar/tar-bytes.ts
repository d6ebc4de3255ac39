import { gzipSync } from 'node:zlib';

const encoder = new TextEncoder();
export const block = 512;

export interface Header {
  name?: string | Uint8Array;
  mode?: string;
  size?: number | string | Uint8Array;
  type?: string;
  link?: string;
  magic?: string;
  prefix?: string;
  /** What the checksum is off by. */
  wrongBy?: number;
}

/** A tar header as bytes, field by field, so that a test can lie in each (POSIX.1-2017, ustar). */
export function header({
  name = 'file',
  mode = '644',
  size = 0,
  type = '0',
  link = '',
  magic = 'ustar\x0000',
  prefix = '',
  wrongBy = 0,
}: Header) {
  const bytes = new Uint8Array(block);
  const put = (at: number, value: string | Uint8Array, length: number) =>
    bytes.set((typeof value === 'string' ? encoder.encode(value) : value).subarray(0, length), at);
  put(0, name, 100);
  put(100, `${mode.padStart(7, '0')}\0`, 8);
  put(108, '0000000\0', 8);
  put(116, '0000000\0', 8);
  put(124, typeof size === 'number' ? `${size.toString(8).padStart(11, '0')}\0` : size, 12);
  put(136, '00000000000\0', 12);
  put(156, type, 1);
  put(157, link, 100);
  put(257, magic, 8);
  put(345, prefix, 155);
  bytes.fill(32, 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0) + wrongBy;
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `, 8);
  return bytes;
}

/** Bytes, and zeros up to the next block. */
export function body(content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / block) * block);
  padded.set(bytes);
  return padded;
}

/** A header and its body. */
export const entry = (fields: Header, content: string | Uint8Array = ''): Uint8Array =>
  joined(
    header({ size: typeof content === 'string' ? encoder.encode(content).byteLength : content.byteLength, ...fields }),
    body(content),
  );

/** A pax header of these records. */
export function pax(records: Record<string, string>, type = 'x'): Uint8Array {
  const text = Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      const bytes = encoder.encode(rest).byteLength;
      const digits = String(bytes + String(bytes).length).length;
      return `${bytes + digits}${rest}`;
    })
    .join('');
  return entry({ name: 'PaxHeader', type }, text);
}

export const end = new Uint8Array(2 * block);

export function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** A whole archive of these parts. */
export const tarGz = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(gzipSync(joined(...parts, end)));
/** The same without an end of its own. */
export const rawGz = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(gzipSync(joined(...parts)));
