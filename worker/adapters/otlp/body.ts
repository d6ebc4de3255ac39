import type { ErrorCode } from '../../../wire/error.ts';
import { limits } from '../../../wire/limits.ts';
import { gunzipAtMost } from '../../gunzip-at-most.ts';

/** One export as it came in, before anything is read from it. */
export interface OtlpBody {
  contentType: string;
  contentEncoding: string;
  bytes: Uint8Array;
}

export interface OtlpRefusal {
  ok: false;
  code: ErrorCode;
  message: string;
}

export type OtlpPayload = { ok: true; json: unknown } | { ok: true; protobuf: Uint8Array } | OtlpRefusal;

/** Inflates and tells the encoding. Whatever the bytes are, no more than twice `limits.maxOtlpBytes` of them come to stand in memory. */
export function openBody({ contentType, contentEncoding, bytes }: OtlpBody): OtlpPayload {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity' && encoding !== 'gzip')
    return refusal('unsupported_media_type', `Content-Encoding ${encoding.slice(0, 40)} is not understood: use gzip or none.`);
  const inflated = encoding === 'gzip' ? inflate(bytes) : bytes;
  if (!(inflated instanceof Uint8Array)) return inflated;
  if (inflated.length > limits.maxOtlpBytes) return tooLarge();

  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return { ok: true, protobuf: inflated };
  if (type === 'application/json') return parse(inflated);
  return refusal('unsupported_media_type', 'OTLP/HTTP comes as application/json or application/x-protobuf.');
}

/** `DecompressionStream` would do, but a Worker's inflates a whole chunk before anybody can count it. */
function inflate(bytes: Uint8Array): Uint8Array | OtlpRefusal {
  const inflated = gunzipAtMost(bytes, limits.maxOtlpBytes);
  if (inflated.ok) return inflated.bytes;
  return inflated.why === 'too_large' ? tooLarge() : refusal('invalid', 'The body is not gzip, as its Content-Encoding says.');
}

function parse(bytes: Uint8Array): OtlpPayload {
  try {
    return { ok: true, json: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return refusal('bad_json', 'The body is not JSON.');
  }
}

function tooLarge(): OtlpRefusal {
  return refusal('too_large', `An export may have ${limits.maxOtlpBytes} bytes when inflated; lower the exporter's batch size.`);
}

function refusal(code: ErrorCode, message: string): OtlpRefusal {
  return { ok: false, code, message };
}
