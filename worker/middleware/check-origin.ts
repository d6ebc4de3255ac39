import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';
import { AppError } from '../errors.ts';
import { isUpgrade, publicOrigin } from '../request-origin.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site makes a browser send: cookies go along with a cross-site POST or WebSocket, the same-origin rule
 * notwithstanding. Browsers name the origin on both; a client without one (curl, our CLI) has no cookies of anybody else.
 */
export function checkOrigin(): MiddlewareHandler<AppEnv> {
  return async function checkOrigin(c, next) {
    const harmless = reading.has(c.req.method) && !isUpgrade(c);
    // A bearer token is never sent along by a browser on its own.
    if (!harmless && c.req.header('authorization') === undefined) {
      const origin = c.req.header('origin');
      const site = c.req.header('sec-fetch-site');
      const foreign = origin === undefined ? site === 'cross-site' || site === 'same-site' : origin !== publicOrigin(c);
      if (foreign) throw new AppError('origin_mismatch', 'This request came from another site.');
    }
    await next();
  };
}
