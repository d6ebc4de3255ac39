import { Hono } from 'hono';
import { type CreatedInvitation, NewInvitation } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { hashSecret, randomSecret } from '../../credentials/random-secret.ts';
import { mayInvite } from '../../domain/membership.ts';
import { AppError, notFound } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { commit, openDb } from '../../store/db.ts';
import { countInvitations, deleteInvitation, insertInvitation, listInvitations } from '../../store/identity/invitations.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { linkTo } from './one-use-link.ts';

export const invitations = new Hono<AppEnv>()
  .get('/', requireAccess('invitation.manage'), valid('query', PageQuery), async (c) =>
    c.json(await listInvitations(openDb(c.env.DB), c.var.actor.organizationId, c.req.valid('query'), Date.now())),
  )
  .post('/', requireAccess('invitation.manage'), valid('json', NewInvitation), idempotent(), async (c) => {
    const { organizationId, userId, role: own } = c.var.actor;
    const { role, email = null } = c.req.valid('json');
    if (!mayInvite(own, role)) throw new AppError('forbidden', 'That role is above your own.');
    const db = openDb(c.env.DB);
    if ((await countInvitations(db, organizationId)) >= limits.maxOpenInvitations)
      throw new AppError('quota_exceeded', `At most ${limits.maxOpenInvitations} invitations are open at once; withdraw some.`);
    const createdAtMs = Date.now();
    const expiresAtMs = createdAtMs + limits.invitationTtlMs;
    const secret = randomSecret();
    const invitation = { id: newId('inv', createdAtMs), email, role, invitedBy: userId };
    const row = { ...invitation, secretHash: await hashSecret(secret), createdAtMs, expiresAtMs };
    const answer: CreatedInvitation = {
      ...invitation,
      createdAt: new Date(createdAtMs).toISOString(),
      expiresAt: new Date(expiresAtMs).toISOString(),
      link: linkTo(c, 'join', secret),
    };
    return c.json(await created(c, [insertInvitation(db, organizationId, row)], answer), 201);
  })
  .delete('/:invitationId', requireAccess('invitation.manage'), async (c) => {
    const db = openDb(c.env.DB);
    const withdraw = deleteInvitation(db, c.var.actor.organizationId, c.req.param('invitationId'));
    const [withdrawn] = await commit(db, [withdraw]);
    if (!withdrawn) throw notFound('invitation');
    return c.body(null, 204);
  });
