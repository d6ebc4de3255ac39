import type { Context, MiddlewareHandler } from 'hono';
import { limits } from '../../wire/limits.ts';
import type { AppEnv } from '../context.ts';
import { bucketRule } from '../domain/bucket.ts';
import { AppError } from '../errors.ts';
import { rateLimitFields } from '../rate-limit-fields.ts';
import { rateLimiter } from '../rooms/index.ts';

/** Takes one attempt from the bucket of `key`, `capacity` deep. */
export async function throttle(c: Context<AppEnv>, key: string, capacity: number): Promise<void> {
  const { allow, retryAfterMs } = await rateLimiter(c.env, key).take({ capacity, refillMs: limits.loginRefillMs });
  if (!allow) throw new AppError('rate_limited', 'Too many attempts. Wait a little, then try again.', { retryAfterMs });
}

/** Takes one call from the bucket of a login or an API token, and says in the answer what is left of it. */
export async function throttleCaller(c: Context<AppEnv>, credentialId: string): Promise<void> {
  const size = { burst: limits.apiBurst, perMinute: limits.apiPerMinute };
  // The object answers from memory; where it cannot be reached the call passes, as rates are not money.
  const taken = await rateLimiter(c.env, `api:${credentialId}`)
    .take(bucketRule(size))
    .catch(() => null);
  if (!taken) return;
  const rate = { policy: 'api', ...size, remaining: taken.remaining, retryAfterMs: taken.retryAfterMs };
  if (!taken.allow)
    throw new AppError('rate_limited', 'This login or token calls too often. Wait a little, then go on.', {
      rate,
      retryAfterMs: taken.retryAfterMs,
    });
  for (const [name, value] of Object.entries(rateLimitFields(rate))) c.header(name, value);
}

/** Throttles what costs us a password hash, or lets somebody guess, by the address that asks. */
export function throttleByAddress(): MiddlewareHandler<AppEnv> {
  return async function throttleByAddress(c, next) {
    await throttle(c, `login-address:${addressOf(c)}`, limits.loginAttemptsPerAddress);
    await next();
  };
}

/** An IPv6 client commands a whole /64, so that is what counts as one address. */
function addressOf(c: Context<AppEnv>): string {
  const address = c.req.header('cf-connecting-ip') ?? 'unknown';
  return address.includes(':') ? network64(address) : address;
}

/** The first four groups of an IPv6 address, written out. */
export function network64(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':').toLowerCase();
}
