import { Hono } from 'hono';
import { type BudgetedSession, NewSessionBudget, SessionControl } from '../../../wire/session.ts';
import type { SessionRequest } from '../../../wire/work.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom, workQueue } from '../../rooms/index.ts';
import type { Controlled } from '../../rooms/session/orders.ts';
import { valid } from '../../valid.ts';
import { personOf } from './person-of.ts';

/** What a person does to a running agent; it hears of it at its next hook. */
export const sessionControl = new Hono<AppEnv>()
  .put('/:id/budget', requireAccess('session.budget'), valid('json', NewSessionBudget), async (c) => {
    const { organizationId } = c.var.actor;
    const summary = await calling(
      () => sessionRoom(c.env, organizationId, c.req.param('id')),
      async (room): Promise<BudgetedSession | null> => room.limit(c.req.valid('json'), personOf(c), c.var.requestId),
    );
    if (!summary) throw notFound('session');
    return c.json(summary);
  })
  .post('/:id/control', requireAccess('session.control'), valid('json', SessionControl), async (c) => {
    const { organizationId } = c.var.actor;
    const controlled = await calling(
      () => sessionRoom(c.env, organizationId, c.req.param('id')),
      async (room): Promise<Controlled | null> => room.control(c.req.valid('json'), personOf(c)),
    );
    if (!controlled) throw notFound('session');
    if (!controlled.ok) throw new AppError(controlled.code, controlled.message);
    const { request } = controlled.session;
    // The machine that has it, or would take it, hears of that by its queue.
    if (request && c.req.valid('json').action === 'stop')
      await calling(
        () => workQueue(c.env, organizationId),
        async (queue): Promise<SessionRequest | null> => queue.cancel(request.id),
      );
    return c.json(controlled.session);
  });
