import { Hono } from 'hono';
import { type BudgetedSession, NewSessionBudget, SessionControl } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { controlSession } from '../../rooms/session/control-session.ts';
import { valid } from '../../valid.ts';
import { personOf } from './person-of.ts';

/** What a person does to a running agent; it hears of it at its next hook. */
export const sessionControl = new Hono<AppEnv>()
  .put('/:id/budget', requireAccess('session.budget'), valid('json', NewSessionBudget), async (c) => {
    const { organizationId } = c.var.actor;
    const summary = await calling(
      () => sessionRoom(c.env, organizationId, c.req.param('id')),
      async (room): Promise<BudgetedSession | null> => room.limit(c.req.valid('json'), personOf(c), { postId: c.var.requestId }),
    );
    if (!summary) throw notFound('session');
    return c.json(summary);
  })
  .post('/:id/control', requireAccess('session.control'), valid('json', SessionControl), async (c) => {
    const { organizationId } = c.var.actor;
    const controlled = await controlSession(c.env, organizationId, c.req.param('id'), c.req.valid('json'), personOf(c));
    if (!controlled) throw notFound('session');
    if (!controlled.ok) throw new AppError(controlled.code, controlled.message);
    return c.json(controlled.session);
  });
