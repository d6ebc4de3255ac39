import { Hono } from 'hono';
import { EventQuery } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { valid } from '../../valid.ts';
import { readEvents } from './read-events.ts';

/** A session's events. */
export const sessionEvents = new Hono<AppEnv>().get(
  '/:id/events',
  requireAccess('session.read'),
  valid('query', EventQuery),
  async (c) => {
    const { after = 0, limit = 200 } = c.req.valid('query');
    const page = await readEvents(c.env, c.var.actor.organizationId, c.req.param('id'), after, limit);
    if (!page) throw notFound('session');
    // The events are stored as the JSON that is answered: nothing is parsed on the way.
    const body = `{"items":[${page.texts.join(',')}],"nextAfter":${page.nextAfter}}`;
    return c.body(body, 200, { 'content-type': 'application/json' });
  },
);
