import type { Context, MiddlewareHandler } from 'hono';
import { limits } from '../../wire/limits.ts';
import type { AppEnv } from '../context.ts';
import { AppError } from '../errors.ts';
import { rateLimiter } from '../rooms/index.ts';

/** Takes one attempt from the bucket of `key`, `capacity` deep. */
export async function throttle(c: Context<AppEnv>, key: string, capacity: number): Promise<void> {
  const { allow, retryAfterMs } = await rateLimiter(c.env, key).take({ capacity, refillMs: limits.loginRefillMs });
  if (!allow) throw new AppError('rate_limited', 'Too many attempts. Wait a little, then try again.', { retryAfterMs });
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
