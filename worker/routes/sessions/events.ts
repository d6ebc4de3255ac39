import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { EventQuery } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import type { Env } from '../../env.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { EventPage } from '../../rooms/session-room.ts';
import { readSegment } from '../../store/archive.ts';
import { valid } from '../../valid.ts';

/** A session's events, whether its room still has them or the archive does. */
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

interface Events {
  texts: string[];
  /** Where the next page goes on; null at the end. */
  nextAfter: number | null;
}

async function readEvents(env: Env, organizationId: string, id: string, after: number, limit: number): Promise<Events | null> {
  const texts: string[] = [];
  let at = after;
  let left = limit;
  let bytes = 0;
  let endSeq = after;
  while (left > 0 && bytes < limits.maxPageBytes) {
    const page = await calling(
      () => sessionRoom(env, organizationId, id),
      async (room): Promise<EventPage | null> => room.events(at, left, limits.maxPageBytes - bytes),
    );
    if (!page) return null;
    endSeq = page.endSeq;
    const run = page.from === 'log' ? page : await archived(env, page.segment, at, left);
    if (run.lastSeq === at) break;
    texts.push(...run.texts);
    bytes += run.texts.reduce((sum, text) => sum + text.length, 0);
    left -= run.lastSeq - at;
    at = run.lastSeq;
  }
  return { texts, nextAfter: at < endSeq ? at : null };
}

/** Events are numbered without holes, so a segment's line is found by counting. */
async function archived(env: Env, { key, from, to }: { key: string; from: number; to: number }, after: number, limit: number) {
  const lines = await readSegment(env.ARCHIVE, key);
  const lastSeq = Math.min(to, after + limit);
  return { texts: lines.slice(after + 1 - from, lastSeq + 1 - from), lastSeq };
}
