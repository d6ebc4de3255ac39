import { Hono } from 'hono';
import { type Alert, type AlertDetail, type AlertPage, AlertQuery, Snooze } from '../../../wire/alert.ts';
import type { Delivery, DeliveryPage } from '../../../wire/delivery.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import type { Env } from '../../env.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import type { AlertDeed } from '../../rooms/alerts/alert-core.ts';
import { alertDesk, calling, outboxOf } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';
import { personOf } from '../sessions/person-of.ts';

/** What fired, and what people did about it. */
export const alerts = new Hono<AppEnv>()
  .get('/', requireAccess('alert.read'), valid('query', AlertQuery), async (c) => {
    const { state, rule, session, cursor, limit = limits.maxPageItems } = c.req.valid('query');
    const page = await calling(
      () => alertDesk(c.env, c.var.actor.organizationId),
      async (desk): Promise<AlertPage> => desk.list({ state, ruleId: rule, subject: session, cursor, limit }),
    );
    return c.json(page);
  })
  .get('/:id', requireAccess('alert.read'), async (c) => {
    const { organizationId } = c.var.actor;
    const found = await calling(
      () => alertDesk(c.env, organizationId),
      async (desk): Promise<{ alert: Alert; keys: string[] } | null> => desk.find(c.req.param('id')),
    );
    if (!found) throw notFound('alert');
    const deliveries = await Promise.all(found.keys.slice(-maxKeys).map((key) => deliveriesOf(c.env, organizationId, key)));
    return c.json({ ...found.alert, deliveries: deliveries.flat() } satisfies AlertDetail);
  })
  .post('/:id/acknowledge', requireAccess('alert.handle'), async (c) => {
    const deed = await calling(
      () => alertDesk(c.env, c.var.actor.organizationId),
      async (desk): Promise<AlertDeed | null> => desk.acknowledge(c.req.param('id'), personOf(c)),
    );
    return c.json(alertOf(deed));
  })
  .post('/:id/snooze', requireAccess('alert.handle'), valid('json', Snooze), async (c) => {
    const { minutes } = c.req.valid('json');
    const deed = await calling(
      () => alertDesk(c.env, c.var.actor.organizationId),
      async (desk): Promise<AlertDeed | null> => desk.snooze(c.req.param('id'), minutes, personOf(c)),
    );
    return c.json(alertOf(deed));
  });

/** Times that channels were told of one alert of which the deliveries are shown, the latest. */
const maxKeys = 10;

function alertOf(deed: AlertDeed | null): Alert {
  if (!deed) throw notFound('alert');
  if (!deed.ok) throw new AppError(deed.code, 'This alert is over already.');
  return deed.alert;
}

const deliveriesOf = async (env: Env, organizationId: string, key: string): Promise<Delivery[]> => {
  const page = await calling(
    () => outboxOf(env, organizationId),
    async (outbox): Promise<DeliveryPage> => outbox.deliveries({ key }),
  );
  return page.items;
};
