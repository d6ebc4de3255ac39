import { Hono } from 'hono';
import { SessionPatch, SessionQuery, SessionStatus } from '../../../wire/session.ts';
import type { SessionCosts } from '../../../wire/session-costs.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requestNameOf } from '../../middleware/idempotency-key.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { openDb } from '../../store/db.ts';
import { listSessions, sessionTotals } from '../../store/sessions/list.ts';
import { valid } from '../../valid.ts';
import { sessionApprovals } from './approvals.ts';
import { sessionControl } from './control.ts';
import { sessionEvents } from './events.ts';
import { freshened } from './fresh.ts';
import { liveSession } from './live.ts';
import { personOf } from './person-of.ts';
import { requireSession } from './require-session.ts';
import { sessionTree } from './tree.ts';

export const sessions = new Hono<AppEnv>()
  .get('/', requireAccess('session.read'), valid('query', SessionQuery), async (c) => {
    const { status, project, agent, parent, cursor, limit } = c.req.valid('query');
    const { organizationId } = c.var.actor;
    const statuses = status === undefined ? undefined : statusesIn(status);
    const page = await listSessions(openDb(c.env.DB), organizationId, {
      statuses,
      projectId: project,
      agent,
      parentId: parent,
      cursor,
      limit,
    });
    return c.json(await freshened(c.env, organizationId, page, statuses, Date.now()));
  })
  .get('/totals', requireAccess('session.read'), async (c) => {
    return c.json(await sessionTotals(openDb(c.env.DB), c.var.actor.organizationId, Date.now()));
  })
  .get('/:id', requireAccess('session.read'), async (c) => c.json(await requireSession(c, c.req.param('id'))))
  .get('/:id/costs', requireAccess('session.read'), async (c) => {
    const costs = await calling(
      () => sessionRoom(c.env, c.var.actor.organizationId, c.req.param('id')),
      async (room): Promise<SessionCosts | null> => room.costs(),
    );
    if (!costs) throw notFound('session');
    return c.json(costs);
  })
  .patch('/:id', requireAccess('session.edit'), valid('json', SessionPatch), async (c) => {
    const summary = await calling(
      () => sessionRoom(c.env, c.var.actor.organizationId, c.req.param('id')),
      (room) => room.edit(c.req.valid('json'), personOf(c), c.var.requestId),
    );
    if (!summary) throw notFound('session');
    return c.json(summary);
  })
  .delete('/:id', requireAccess('session.delete'), async (c) => {
    const discarded = await calling(
      () => sessionRoom(c.env, c.var.actor.organizationId, c.req.param('id')),
      (room) => room.discard(c.var.actor.userId, undefined, requestNameOf(c)),
    );
    if (!discarded) throw notFound('session');
    return c.body(null, 204);
  })
  .route('/', sessionControl)
  .route('/', sessionApprovals)
  .route('/', sessionEvents)
  .route('/', sessionTree)
  .route('/', liveSession);

function statusesIn(list: string): SessionStatus[] {
  return list.split(',').map((name) => {
    const status = SessionStatus.safeParse(name);
    if (status.success) return status.data;
    const message = `Expected some of ${SessionStatus.options.join(', ')}.`;
    throw new AppError('invalid', 'The filter names a status that does not exist.', { errors: [{ path: 'status', message }] });
  });
}
