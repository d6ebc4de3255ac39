import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';
import { verifyAccessToken, verifyRefreshToken } from '../../credentials/login-tokens.ts';
import { clearLoginCookies, readLoginCookies } from '../../middleware/login-cookies.ts';
import { commit, openDb } from '../../store/db.ts';
import { deleteLogin } from '../../store/identity/logins.ts';

/** Ends the login on our side too, whether or not its tokens are still good; answers 204 without one as well. */
export const logout = new Hono<AppEnv>().post('/', async (c) => {
  const { access, refresh } = readLoginCookies(c);
  const byRefresh = refresh && (await verifyRefreshToken(c.env.SIGNING_SECRET, refresh))?.loginId;
  const loginId = byRefresh || (access && (await verifyAccessToken(c.env.SIGNING_SECRET, access)));
  const db = openDb(c.env.DB);
  if (loginId) await commit(db, [deleteLogin(db, loginId)]);
  clearLoginCookies(c);
  return c.body(null, 204);
});
