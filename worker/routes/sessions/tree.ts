import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';
import { treeOf } from '../../domain/archive/session-tree.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { openDb } from '../../store/db.ts';
import { ancestorsOf, descendantsOf } from '../../store/sessions/tree.ts';
import { freshened } from './fresh.ts';
import { requireSession } from './require-session.ts';

/** The whole family of a session: what it branched off or was started by, up to the root, and all that descends from that. */
export const sessionTree = new Hono<AppEnv>().get('/:id/tree', requireAccess('session.read'), async (c) => {
  const { organizationId } = c.var.actor;
  const self = await requireSession(c, c.req.param('id'));
  const db = openDb(c.env.DB);
  // D1 may not know of a new session yet; its room knows the parent.
  const above = self.parentId === null ? [] : [self.parentId, ...(await ancestorsOf(db, organizationId, self.parentId))];
  const family = await descendantsOf(db, organizationId, above.at(-1) ?? self.id);
  const { items } = await freshened(c.env, organizationId, { items: family, nextCursor: null }, undefined, Date.now());
  return c.json(treeOf(items, self));
});
