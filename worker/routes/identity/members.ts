import { Hono } from 'hono';
import { RoleChange } from '../../../wire/identity.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { noteRevocation } from '../../credentials/revocations.ts';
import { allows, outranks } from '../../domain/access.ts';
import { mayChangeRole } from '../../domain/membership.ts';
import { AppError, notFound } from '../../errors.ts';
import { forbidden, requireAccess } from '../../middleware/require-actor.ts';
import { calling, outboxOf, slackDesk } from '../../rooms/index.ts';
import { commit, openDb, type Statement } from '../../store/db.ts';
import { changeRole, findRole, listMembers, removeMember } from '../../store/identity/members.ts';
import { valid } from '../../valid.ts';

export const members = new Hono<AppEnv>()
  .get('/', requireAccess('member.read'), valid('query', PageQuery), async (c) =>
    c.json(await listMembers(openDb(c.env.DB), c.var.actor.organizationId, c.req.valid('query'))),
  )
  .patch('/:userId', requireAccess('member.manage'), valid('json', RoleChange), async (c) => {
    const { organizationId, role: own } = c.var.actor;
    const { role } = c.req.valid('json');
    const userId = c.req.param('userId');
    const before = await findRole(openDb(c.env.DB), organizationId, userId);
    if (!before) throw notFound('member');
    if (!mayChangeRole(own, before, role)) throw aboveYou();
    await write(c.env.DB, organizationId, (db) => changeRole(db, organizationId, userId, role, Date.now()));
    return c.body(null, 204);
  })
  // Anybody may leave, so the route asks for no more than membership; removing others is decided here.
  .delete('/:userId', requireAccess('member.leave'), async (c) => {
    const { organizationId, userId: self, role: own } = c.var.actor;
    const userId = c.req.param('userId');
    const before = await findRole(openDb(c.env.DB), organizationId, userId);
    if (!before) throw notFound('member');
    if (userId !== self && !allows(own, 'member.manage')) throw forbidden('member.manage');
    if (userId !== self && outranks(before, own)) throw aboveYou();
    // First, because it may be repeated: who is gone hears nothing more of what happens here.
    await calling(
      () => outboxOf(c.env, organizationId),
      async (outbox): Promise<void> => outbox.removeDevicesOf(userId),
    );
    await calling(
      () => slackDesk(c.env, organizationId),
      async (desk): Promise<void> => desk.unlink(userId),
    );
    await write(c.env.DB, organizationId, (db) => removeMember(db, organizationId, userId, Date.now()));
    return c.body(null, 204);
  });

/** Commits a change of who is what; the organization's ingest tokens may have changed with it. */
async function write(d1: D1Database, organizationId: string, statements: (db: ReturnType<typeof openDb>) => Statement[]) {
  const db = openDb(d1);
  const [changed] = await commit(db, statements(db));
  if (!changed) throw new AppError('conflict', 'An organization keeps at least one owner. Make somebody else an owner first.');
  noteRevocation(organizationId);
}

const aboveYou = () => new AppError('forbidden', 'That role is above your own.');
