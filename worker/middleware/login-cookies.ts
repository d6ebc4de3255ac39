import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { type CookieOptions, serialize } from 'hono/utils/cookie';
import { limits } from '../../wire/limits.ts';
import type { AppEnv } from '../context.ts';
import { signAccessToken, signRefreshToken } from '../credentials/login-tokens.ts';
import { isPlainLoopback } from '../request-origin.ts';

/** What the cookies are called wherever there is TLS; with this prefix no subdomain can set them (RFC 6265bis, 4.1.3.2). */
export const cookieNames = { access: '__Host-fd-access', refresh: '__Host-fd-refresh' };

/**
 * The names of the two cookies here. Cookies ignore ports, so on a laptop the port is in the name: two servers side by side would
 * otherwise log each other out.
 */
function namesFor(c: Context<AppEnv>) {
  if (!isPlainLoopback(c)) return cookieNames;
  const port = new URL(c.req.url).port || '80';
  return { access: `fd-access-${port}`, refresh: `fd-refresh-${port}` };
}

export function readLoginCookies(c: Context<AppEnv>): { access: string | undefined; refresh: string | undefined } {
  const names = namesFor(c);
  return { access: getCookie(c, names.access), refresh: getCookie(c, names.refresh) };
}

/** Hands the browser the tokens of a login, at the given generation. */
export async function setLoginCookies(c: Context<AppEnv>, loginId: string, generation: number): Promise<void> {
  const names = namesFor(c);
  const access = await signAccessToken(c.env.SIGNING_SECRET, loginId, Date.now());
  const refresh = await signRefreshToken(c.env.SIGNING_SECRET, loginId, generation);
  c.var.cookies.push(
    serialize(names.access, access, options(c, limits.accessTokenTtlMs)),
    serialize(names.refresh, refresh, options(c, limits.refreshTokenTtlMs)),
  );
}

export function clearLoginCookies(c: Context<AppEnv>): void {
  const names = namesFor(c);
  c.var.cookies.push(serialize(names.access, '', options(c, 0)), serialize(names.refresh, '', options(c, 0)));
}

const options = (c: Context<AppEnv>, maxAgeMs: number): CookieOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'Lax',
  secure: !isPlainLoopback(c),
  maxAge: maxAgeMs / 1000,
});
