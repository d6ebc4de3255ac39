import type { Context } from 'hono';
import { limits } from '../../wire/limits.ts';
import type { AppEnv } from '../context.ts';
import { AppError } from '../errors.ts';

/** The request's Idempotency-Key; undefined where it has none. Throws `invalid`. */
export function idempotencyKeyOf(c: Context): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === '' || (key !== undefined && key.length > limits.maxIdempotencyKeyLength))
    throw new AppError('invalid', `An Idempotency-Key has 1 to ${limits.maxIdempotencyKeyLength} characters.`);
  return key;
}

/** What a room knows an actor's request by, to do it once: their key, else what the request is called here. Throws `invalid`. */
export function requestNameOf(c: Context<AppEnv>): string {
  const key = idempotencyKeyOf(c);
  return key === undefined ? c.var.requestId : `${c.var.actor.userId}:${c.req.method}:${key}`;
}
