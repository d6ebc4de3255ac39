import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { NewSessionRequest, type RequestPage, RequestQuery, RequestStatus, type SessionRequest } from '../../../wire/work.ts';
import type { AppEnv } from '../../context.ts';
import { isOver } from '../../domain/work/request.ts';
import { AppError, notFound } from '../../errors.ts';
import { idempotencyKeyOf } from '../../middleware/idempotency-key.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom, workQueue } from '../../rooms/index.ts';
import type { Controlled } from '../../rooms/session/orders.ts';
import { requestSession } from '../../rooms/work/request-session.ts';
import { valid } from '../../valid.ts';
import { requireProject } from '../identity/require-project.ts';
import { personOf } from '../sessions/person-of.ts';
import { repositoryIn } from './repository-in.ts';

/** Sessions that somebody wants and a machine is to start. The organization's queue answers; D1 knows nothing of it. */
export const sessionRequests = new Hono<AppEnv>()
  .get('/', requireAccess('session.read'), valid('query', RequestQuery), async (c) => {
    const { status, project: projectId, cursor, limit = limits.maxPageItems } = c.req.valid('query');
    const statuses = status === undefined ? undefined : statusesIn(status);
    const page = await calling(
      () => workQueue(c.env, c.var.actor.organizationId),
      async (queue): Promise<RequestPage> => queue.list({ statuses, projectId, cursor, limit }),
    );
    return c.json(page);
  })
  .post('/', requireAccess('session.request'), valid('json', NewSessionRequest), async (c) => {
    const { organizationId, userId, kind } = c.var.actor;
    const { repository, ...wish } = c.req.valid('json');
    await requireProject(c, wish.projectId);
    const made = await requestSession(c.env, {
      organizationId,
      ...wish,
      repository: repository === undefined ? undefined : repositoryIn(repository, 'repository'),
      source: kind === 'login' ? { kind: 'web', label: 'Flightdeck' } : { kind: 'api', label: 'API' },
      key: JSON.stringify(['api', userId, idempotencyKeyOf(c) ?? crypto.randomUUID()]),
      requestedBy: personOf(c),
    });
    if (!made.ok) throw new AppError(made.code, made.message);
    return c.json(made.request, 201);
  })
  .get('/:id', requireAccess('session.read'), async (c) => {
    const request = await calling(
      () => workQueue(c.env, c.var.actor.organizationId),
      async (queue): Promise<SessionRequest | null> => queue.find(c.req.param('id')),
    );
    if (!request) throw notFound('session request');
    return c.json(request);
  })
  .post('/:id/cancel', requireAccess('session.request'), async (c) => {
    const { organizationId } = c.var.actor;
    const queue = () => workQueue(c.env, organizationId);
    const known = await calling(queue, async (found): Promise<SessionRequest | null> => found.find(c.req.param('id')));
    if (!known) throw notFound('session request');
    if (isOver(known.status)) return c.json(known);
    // Its session first: that is what people see, and what an agent asks that runs already.
    await calling(
      () => sessionRoom(c.env, organizationId, known.sessionId),
      async (room): Promise<Controlled | null> => room.control({ action: 'stop' }, personOf(c)),
    );
    const request = await calling(queue, async (found): Promise<SessionRequest | null> => found.cancel(known.id, personOf(c)));
    return c.json(request ?? known);
  });

function statusesIn(list: string): RequestStatus[] {
  return list.split(',').map((name) => {
    const status = RequestStatus.safeParse(name);
    if (status.success) return status.data;
    const message = `Expected some of ${RequestStatus.options.join(', ')}.`;
    throw new AppError('invalid', 'The filter names a status that does not exist.', { errors: [{ path: 'status', message }] });
  });
}
