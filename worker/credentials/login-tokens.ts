import { limits } from '../../wire/limits.ts';
import { signToken, verifyToken } from './signed-token.ts';

/** Speaks for a login for a few minutes. */
export const signAccessToken = (secret: string, loginId: string, nowMs: number) =>
  signToken(secret, 'access', { sub: loginId }, nowMs + limits.accessTokenTtlMs);

/** The login that an unexpired access token speaks for. */
export async function verifyAccessToken(secret: string, token: string): Promise<string | undefined> {
  return (await verifyToken(secret, 'access', token))?.sub;
}

/**
 * The refresh token number `generation` of a login. It follows from these two alone, so that two tabs that rotate the same
 * token get the same successor, and D1 holds nothing that could be used as a token. Its expiry is the login's row.
 */
export const signRefreshToken = (secret: string, loginId: string, generation: number) =>
  signToken(secret, 'refresh', { sub: loginId, gen: generation });

/** What a refresh token that we signed says; whether it is still in force is for the login's row to tell. */
export async function verifyRefreshToken(
  secret: string,
  token: string,
): Promise<{ loginId: string; generation: number } | undefined> {
  const claims = await verifyToken(secret, 'refresh', token);
  if (!claims?.sub || typeof claims.gen !== 'number') return undefined;
  return { loginId: claims.sub, generation: claims.gen };
}
