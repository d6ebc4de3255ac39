import { Hono } from 'hono';
import type { LivePass } from '../../../wire/identity.ts';
import type { AppEnv } from '../../context.ts';
import { signLivePass } from '../../credentials/live-pass.ts';
import { requireAccess } from '../../middleware/require-actor.ts';

export const livePass = new Hono<AppEnv>().post('/', requireAccess('session.read'), async (c) => {
  const { pass, untilMs } = await signLivePass(c.env.SIGNING_SECRET, c.var.actor, Date.now());
  return c.json<LivePass>({ pass, until: new Date(untilMs).toISOString() });
});
