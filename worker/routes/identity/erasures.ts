import { Hono } from 'hono';
import { erasedName } from '../../../wire/erasure.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { noteRevocation } from '../../credentials/revocations.ts';
import { allows, outranks } from '../../domain/access.ts';
import { AppError, notFound } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { forbidden, requireAccess } from '../../middleware/require-actor.ts';
import { commit, openDb } from '../../store/db.ts';
import { beginErasure, countSessions, findErasure, listErasures, wasHere } from '../../store/identity/erasures.ts';
import { findRole } from '../../store/identity/members.ts';
import { findUser } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';

/** What stands for somebody who was erased before is nobody. */
const isPseudonym = (userId: string): boolean => userId.startsWith('ers_');

/** Until each isolate knows that the person's tokens are revoked, and what was on its way has arrived. */
const settledMs = 120_000;

/** Erasing people; the cron does it, and these say how far it is. */
export const erasures = new Hono<AppEnv>().get('/', requireAccess('member.erase'), valid('query', PageQuery), async (c) =>
  c.json(await listErasures(openDb(c.env.DB), c.var.actor.organizationId, c.req.valid('query'))),
);

// Anybody may erase themselves, so the route asks for no more than membership; who may erase others is decided here.
export const memberData = new Hono<AppEnv>().delete('/:userId/data', requireAccess('member.leave'), async (c) => {
  const { organizationId, userId: self, role: own } = c.var.actor;
  const userId = c.req.param('userId');
  const db = openDb(c.env.DB);
  if (userId !== self && !allows(own, 'member.erase')) throw forbidden('member.erase');
  const [running, role, user] = await Promise.all([
    findErasure(db, organizationId, userId),
    findRole(db, organizationId, userId),
    findUser(db, userId),
  ]);
  if (running) return c.json(running, 202);
  // Whoever left may be erased, too: by the id that what is here of them has.
  if (!role && (isPseudonym(userId) || !(await wasHere(db, organizationId, userId)))) throw notFound('member');
  if (role && userId !== self && outranks(role, own)) throw new AppError('forbidden', 'That role is above your own.');
  const nowMs = Date.now();
  // Who is no user any more is named nowhere but by their id, or by words that nobody can know.
  const { name, email } = user ?? { name: erasedName, email: erasedName };
  const person = { userId, name, email, pseudonym: newId('ers', nowMs) };
  const begun = { person, totalSessions: await countSessions(db, organizationId) };
  await commit(db, beginErasure(db, organizationId, begun, { nowMs, dueAtMs: nowMs + settledMs }));
  // Another request may have been faster; where none was, the organization would have been left without an owner.
  const erasure = await findErasure(db, organizationId, userId);
  if (!erasure) throw new AppError('conflict', 'An organization keeps at least one owner. Make somebody else an owner first.');
  noteRevocation(organizationId);
  return c.json(erasure, 202);
});
