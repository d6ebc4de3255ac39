import type * as z from 'zod/mini';
import { limits } from '../../../wire/limits.ts';
import type { Ingested } from '../../domain/ingest.ts';
import { rateReason } from '../../domain/limits/refusal.ts';
import { AppError } from '../../errors.ts';
import { parseJson } from '../../read-body.ts';

interface Issue {
  path: PropertyKey[];
  message: string;
}

/** A batch as its schema has it; throws `bad_json` or `invalid`. */
export function parsedBatch<T>(schema: z.ZodMiniType<T>, bytes: Uint8Array): T {
  const batch = schema.safeParse(parseJson(bytes));
  if (batch.success) return batch.data;
  throw invalidBatch(batch.error.issues);
}

export function invalidBatch(issues: readonly Issue[]): AppError {
  const errors = issues.map(({ path, message }) => ({ path: path.join('.') || 'body', message }));
  return new AppError('invalid', 'The batch has fields that are missing or wrong; nothing of it was stored.', { errors });
}

export const batchTooLarge = (maxBytes: number): AppError =>
  new AppError('too_large', `A batch may have ${maxBytes} bytes; send fewer events at a time.`);

/** Why a room stored nothing of a batch, as its client reads it. */
export function batchRefusal(refusal: Extract<Ingested, { ok: false }>, stream?: string): AppError {
  switch (refusal.code) {
    case 'stream_gap':
      return streamGap(stream, refusal.mark);
    case 'quota_exceeded':
      return new AppError('quota_exceeded', refusal.reason, { retryAfterMs: refusal.retryAfterMs });
    case 'rate_limited': {
      const { by, burst, perMinute, remaining, retryAfterMs } = refusal;
      const rate = { policy: by, burst, perMinute, remaining, retryAfterMs };
      return new AppError('rate_limited', rateReason(refusal), { rate, retryAfterMs });
    }
    default:
      return refusal satisfies never;
  }
}

function streamGap(stream: string | undefined, mark: number): AppError {
  const detail = `Events of stream ${stream} run more than ${limits.maxStreamAhead} ahead of number ${mark}; send those in between first.`;
  return new AppError('stream_gap', detail, { mark });
}
