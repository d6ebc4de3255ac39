import type { Context } from 'hono';
import { limits } from '../../wire/limits.ts';
import { AppError } from '../errors.ts';

/** The request's Idempotency-Key; undefined where it has none. Throws `invalid`. */
export function idempotencyKeyOf(c: Context): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === '' || (key !== undefined && key.length > limits.maxIdempotencyKeyLength))
    throw new AppError('invalid', `An Idempotency-Key has 1 to ${limits.maxIdempotencyKeyLength} characters.`);
  return key;
}
