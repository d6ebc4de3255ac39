import { Hono } from 'hono';
import { PasswordChange } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { checkPassword, hashPassword } from '../../credentials/password.ts';
import { AppError } from '../../errors.ts';
import { requireLogin, requirePerson } from '../../middleware/require-person.ts';
import { throttle } from '../../middleware/throttle.ts';
import { commit, openDb } from '../../store/db.ts';
import { changePassword, findPasswordHash } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';

/** Mounted under `/me`: a new password for whoever knows the current one. */
export const password = new Hono<AppEnv>().post(
  '/password',
  requirePerson(),
  requireLogin(),
  valid('json', PasswordChange),
  async (c) => {
    const { user, credentialId: loginId } = c.var.person;
    const { current, password: next } = c.req.valid('json');
    // The same bucket as logging in: somebody at an unlocked screen gets no guesses beyond those.
    await throttle(c, `login-account:${user.email}`, limits.loginAttemptsPerAccount);
    const db = openDb(c.env.DB);
    const before = await findPasswordHash(db, user.id);
    // Not `unauthenticated`: that would tell the page that its login has ended.
    if (!(await checkPassword(current, before)) || before === undefined) throw wrong('That is not your current password.');
    const change = { id: user.id, before, passwordHash: await hashPassword(next), loginId };
    const [changed] = await commit(db, changePassword(db, change));
    if (!changed) throw wrong('Your password was changed a moment ago, somewhere else.');
    return c.body(null, 204);
  },
);

const wrong = (message: string) => new AppError('invalid', message, { errors: [{ path: 'current', message }] });
