import { type Context, Hono } from 'hono';
import { type CreatedPasswordReset, PasswordReset } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { hashPassword } from '../../credentials/password.ts';
import { hashSecret, randomSecret } from '../../credentials/random-secret.ts';
import { mayResetPassword } from '../../domain/membership.ts';
import { AppError, notFound } from '../../errors.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { requireLogin } from '../../middleware/require-person.ts';
import { throttleByAddress } from '../../middleware/throttle.ts';
import { commit, type Db, openDb } from '../../store/db.ts';
import { findRole, listMembershipsOfUser } from '../../store/identity/members.ts';
import { findPasswordReset, insertPasswordReset, usePasswordReset } from '../../store/identity/password-resets.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { linkGone, linkTo } from './one-use-link.ts';

/** Mounted under the members: an administrator makes a link for one of them. */
export const newPasswordReset = new Hono<AppEnv>().post(
  '/:userId/password-reset',
  requireAccess('member.reset_password'),
  requireLogin(),
  idempotent(),
  async (c) => {
    const { organizationId, userId: createdBy } = c.var.actor;
    const userId = c.req.param('userId');
    const db = openDb(c.env.DB);
    if (!(await findRole(db, organizationId, userId))) throw notFound('member');
    if (!(await mayReset(db, { organizationId, createdBy, userId })))
      throw new AppError(
        'forbidden',
        'Only an account that belongs to this organization alone, with a role no higher than yours.',
      );
    const secret = randomSecret();
    const expiresAtMs = Date.now() + limits.passwordResetTtlMs;
    const reset = { secretHash: await hashSecret(secret), userId, createdBy, expiresAtMs };
    const answer: CreatedPasswordReset = {
      link: linkTo(c, 'password-reset', secret),
      expiresAt: new Date(expiresAtMs).toISOString(),
    };
    return c.json(await created(c, [insertPasswordReset(db, organizationId, reset)], answer), 201);
  },
);

export const passwordReset = new Hono<AppEnv>().post('/:secret', throttleByAddress(), valid('json', PasswordReset), async (c) => {
  const secretHash = await hashSecret(c.req.param('secret'));
  await requireOpen(c, secretHash);
  const passwordHash = await hashPassword(c.req.valid('json').password);
  const db = openDb(c.env.DB);
  const [changed] = await commit(db, usePasswordReset(db, secretHash, passwordHash, Date.now()));
  if (!changed) throw linkGone();
  return c.body(null, 204);
});

/** The right to reset is asked again when the link is used: since then either of the two may have joined or left somewhere. */
async function requireOpen(c: Context<AppEnv>, secretHash: string): Promise<void> {
  const db = openDb(c.env.DB);
  const reset = await findPasswordReset(db, secretHash, Date.now());
  if (!reset || !(await mayReset(db, reset))) throw linkGone();
}

async function mayReset(db: Db, reset: { organizationId: string; createdBy: string; userId: string }): Promise<boolean> {
  const { organizationId } = reset;
  const actorRole = await findRole(db, organizationId, reset.createdBy);
  return mayResetPassword({ organizationId, actorRole, memberships: await listMembershipsOfUser(db, reset.userId) });
}
