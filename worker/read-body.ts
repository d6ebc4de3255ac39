import { AppError } from './errors.ts';

/** A whole body, or the beginning of one that is too large. */
export type Body = { ok: true; bytes: Uint8Array } | { ok: false; head: Uint8Array };

/** Enough to find out whose body it would have been. */
const maxHeadBytes = 64 * 1024;

/** Reads a request's body, of which no more than `maxBytes` is ever held. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  if (!request.body) return { ok: true, bytes: new Uint8Array() };
  const announced = Number(request.headers.get('content-length') ?? 0);
  // HTTP holds a body to the length that it announced, and reading it whole costs a tenth of reading it in steps.
  if (announced > 0 && announced <= maxBytes) return { ok: true, bytes: new Uint8Array(await request.arrayBuffer()) };
  const stopAt = announced > maxBytes ? maxHeadBytes : maxBytes;
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size > stopAt) return { ok: false, head: joined(chunks, size).subarray(0, maxHeadBytes) };
  }
  const [only] = chunks;
  return { ok: true, bytes: chunks.length === 1 && only ? only : joined(chunks, size) };
}

/** JSON in UTF-8 (RFC 8259, 8.1); throws `bad_json` for anything else. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch (cause) {
    throw new AppError('bad_json', 'The body is not JSON in UTF-8.', { cause });
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
