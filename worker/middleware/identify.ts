import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import { verifyAccessToken, verifyRefreshToken } from '../credentials/login-tokens.ts';
import { apiTokenPrefix, hashSecret } from '../credentials/random-secret.ts';
import type { Person } from '../domain/actor.ts';
import { judgeRefresh } from '../domain/login.ts';
import { bearerToken, isUpgrade } from '../request-origin.ts';
import { commit, type Db, openDb } from '../store/db.ts';
import { findPersonByApiToken } from '../store/identity/api-tokens.ts';
import { deleteLogin, findLogin, rotateLogin } from '../store/identity/logins.ts';
import { clearLoginCookies, readLoginCookies, setLoginCookies } from './login-cookies.ts';

/** Whom the request's credential speaks for; undefined without a valid one. A bearer token, where sent, is the only one looked at. */
export async function identify(c: Context<AppEnv>): Promise<Person | undefined> {
  const db = openDb(c.env.DB);
  if (c.req.header('authorization') !== undefined) return byApiToken(db, bearerToken(c));
  return byLogin(c, db);
}

async function byApiToken(db: Db, token: string | undefined): Promise<Person | undefined> {
  if (!token?.startsWith(apiTokenPrefix)) return undefined;
  return findPersonByApiToken(db, await hashSecret(token));
}

async function byLogin(c: Context<AppEnv>, db: Db): Promise<Person | undefined> {
  const { access, refresh } = readLoginCookies(c);
  const loginId = access && (await verifyAccessToken(c.env.SIGNING_SECRET, access));
  if (loginId) {
    const found = await findLogin(db, loginId, Date.now());
    if (!found) clearLoginCookies(c);
    return found?.person;
  }
  return refresh ? byRefreshToken(c, db, refresh) : undefined;
}

async function byRefreshToken(c: Context<AppEnv>, db: Db, token: string): Promise<Person | undefined> {
  const nowMs = Date.now();
  const claims = await verifyRefreshToken(c.env.SIGNING_SECRET, token);
  const found = claims && (await findLogin(db, claims.loginId, nowMs));
  if (!found) {
    clearLoginCookies(c);
    return undefined;
  }
  const { loginId, generation } = claims;
  const judgement = judgeRefresh(found.login, generation, nowMs);
  if (judgement === 'revoke') {
    await commit(db, [deleteLogin(db, loginId)]);
    console.warn(JSON.stringify({ refused: 'refresh token used twice; login revoked', loginId }));
    clearLoginCookies(c);
    return undefined;
  }
  // Browsers differ in whether they keep cookies from a 101, so an upgrade is let in on the token as it is, unrotated.
  if (isUpgrade(c)) return found.person;
  // Losing the race for the rotation means that another tab just did it: its successor is ours too.
  if (judgement === 'rotate') await rotateLogin(db, loginId, generation, nowMs);
  await setLoginCookies(c, loginId, generation + 1);
  return found.person;
}
