import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { newId } from '../../ids.ts';
import { setLoginCookies } from '../../middleware/login-cookies.ts';
import { commit, openDb } from '../../store/db.ts';
import { insertLogin } from '../../store/identity/logins.ts';

/** Logs a user in on this browser; answers the login's id. */
export async function startLogin(c: Context<AppEnv>, userId: string): Promise<string> {
  const id = newId('lgn');
  await commit(openDb(c.env.DB), [insertLogin(openDb(c.env.DB), { id, userId }, Date.now())]);
  await setLoginCookies(c, id, 1);
  return id;
}
