import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';

/**
 * Puts `c.var.cookies` on the answer, also when it is an error or came from elsewhere as it is: a rotated refresh token that
 * does not arrive would end the login at its next use. Hono drops headers set earlier when a handler answers its own Response.
 */
export function deliverCookies(): MiddlewareHandler<AppEnv> {
  return async function deliverCookies(c, next) {
    c.set('cookies', []);
    await next();
    for (const line of c.var.cookies) c.header('set-cookie', line, { append: true });
  };
}
