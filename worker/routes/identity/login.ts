import { Hono } from 'hono';
import { Login, type Me } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { checkPassword } from '../../credentials/password.ts';
import { chooseOrganization } from '../../domain/organization.ts';
import { AppError } from '../../errors.ts';
import { throttle, throttleByAddress } from '../../middleware/throttle.ts';
import { openDb } from '../../store/db.ts';
import { findLogin } from '../../store/identity/logins.ts';
import { findUserByEmail } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';
import { startLogin } from './start-login.ts';

export const login = new Hono<AppEnv>().post('/', throttleByAddress(), valid('json', Login), async (c) => {
  const { email, password } = c.req.valid('json');
  await throttle(c, `login-account:${email}`, limits.loginAttemptsPerAccount);
  const db = openDb(c.env.DB);
  const user = await findUserByEmail(db, email);
  const right = await checkPassword(password, user?.passwordHash);
  // One answer for both, after the same work: nobody learns here who has an account.
  if (!user || !right) throw new AppError('unauthenticated', 'The e-mail address or the password is wrong.');
  const found = await findLogin(db, await startLogin(c, user.id), Date.now());
  if (!found) throw new Error('A login that was just written is not there.');
  const { person } = found;
  const me: Me = {
    user: person.user,
    organizations: person.organizations,
    organization: chooseOrganization(person, undefined) ?? null,
  };
  return c.json(me);
});
