import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, organizationFeed } from '../../rooms/index.ts';
import { requireUpgrade, upgradeFor } from '../../rooms/upgrade.ts';

/** New and changed sessions of the organization, as they happen. */
export const feed = new Hono<AppEnv>().get('/', requireAccess('session.read'), async (c) => {
  requireUpgrade(c.req.header('upgrade'));
  return calling(
    () => organizationFeed(c.env, c.var.actor.organizationId),
    (room) => room.fetch(upgradeFor(c.var.actor, 0)),
  );
});
