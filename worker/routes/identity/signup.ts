import { Hono } from 'hono';
import { Signup, SignupAnswer } from '../../../wire/identity.ts';
import type { AppEnv } from '../../context.ts';
import { hashPassword } from '../../credentials/password.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { setLoginCookies } from '../../middleware/login-cookies.ts';
import { throttleByAddress } from '../../middleware/throttle.ts';
import { openDb } from '../../store/db.ts';
import { insertLogin } from '../../store/identity/logins.ts';
import { insertMembership, insertOrganization } from '../../store/identity/organizations.ts';
import { insertProject } from '../../store/identity/projects.ts';
import { insertUser } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { startLogin } from './start-login.ts';

/** A key belongs to the e-mail address; the request's MAC covers the password, so a repeat has proven to know it. */
const once = idempotent({
  scope: async (c) => JSON.stringify(['signup', Signup.parse(await c.req.json()).email]),
  onReplay: async (c, body) => void (await startLogin(c, SignupAnswer.parse(body).user.id)),
});

export const signup = new Hono<AppEnv>().post('/', throttleByAddress(), valid('json', Signup), once, async (c) => {
  const { email, password, name, ...wanted } = c.req.valid('json');
  const db = openDb(c.env.DB);
  const nowMs = Date.now();
  const user = { id: newId('usr', nowMs), email, name };
  const organization = { id: newId('org', nowMs), name: wanted.organization, role: 'owner' as const };
  const project = { id: newId('prj', nowMs), name: 'First project', createdAt: new Date(nowMs).toISOString() };
  const loginId = newId('lgn', nowMs);
  const passwordHash = await hashPassword(password);
  const answer = await created(
    c,
    [
      insertUser(db, { ...user, passwordHash, organizationId: organization.id }, nowMs),
      insertOrganization(db, organization, nowMs),
      insertMembership(db, organization.id, { userId: user.id, role: organization.role }, nowMs),
      insertProject(db, organization.id, project, nowMs),
      insertLogin(db, { id: loginId, userId: user.id }, nowMs),
    ],
    { user, organization, project },
  );
  await setLoginCookies(c, loginId, 1);
  return c.json(answer, 201);
});
