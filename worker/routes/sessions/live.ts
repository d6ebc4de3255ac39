import { Hono } from 'hono';
import { EventQuery } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Env } from '../../env.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { requireUpgrade, upgradeFor } from '../../rooms/upgrade.ts';
import { valid } from '../../valid.ts';
import { eventStream } from './event-stream.ts';

/** A session as it happens: the same frames over a WebSocket or as Server-Sent Events. */
export const liveSession = new Hono<AppEnv>()
  .get('/:id/live', requireAccess('session.read'), valid('query', EventQuery), async (c) => {
    requireUpgrade(c.req.header('upgrade'));
    return watch(c.env, c.var.actor, c.req.param('id'), c.req.valid('query').after ?? 0);
  })
  .get('/:id/stream', requireAccess('session.read'), valid('query', EventQuery), async (c) => {
    const after = resumeAfter(c.req.header('last-event-id')) ?? c.req.valid('query').after ?? 0;
    const { webSocket } = await watch(c.env, c.var.actor, c.req.param('id'), after);
    if (!webSocket) throw notFound('session');
    return eventStream(webSocket);
  });

async function watch(env: Env, actor: Actor, id: string, after: number): Promise<Response> {
  const response = await calling(
    () => sessionRoom(env, actor.organizationId, id),
    (room) => room.fetch(upgradeFor(actor, after)),
  );
  if (response.status === 404) throw notFound('session');
  return response;
}

/** A browser's EventSource names the last id it saw when it reconnects by itself. */
function resumeAfter(lastEventId: string | undefined): number | undefined {
  return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined;
}
