import { Hono } from 'hono';
import { type Delivery, type DeliveryPage, DeliveryQuery } from '../../../wire/delivery.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, outboxOf } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';

/** What was sent, and what came of it. */
export const deliveries = new Hono<AppEnv>()
  .get('/', requireAccess('delivery.read'), valid('query', DeliveryQuery), async (c) => {
    const page = await calling(
      () => outboxOf(c.env, c.var.actor.organizationId),
      async (outbox): Promise<DeliveryPage> => outbox.deliveries(c.req.valid('query')),
    );
    return c.json(page);
  })
  .get('/:id', requireAccess('delivery.read'), async (c) => {
    const found = await calling(
      () => outboxOf(c.env, c.var.actor.organizationId),
      async (outbox): Promise<Delivery | undefined> => outbox.delivery(c.req.param('id')),
    );
    if (!found) throw notFound('delivery');
    return c.json(found);
  })
  .post('/:id/replay', requireAccess('channel.manage'), async (c) => {
    const replayed = await outboxOf(c.env, c.var.actor.organizationId).replay(c.req.param('id'));
    if (!replayed) throw notFound('delivery');
    return c.json(replayed);
  });
