import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import {
  type ModelList,
  type ModelPrice,
  NewPrice,
  type PriceList,
  type Recalculated,
  Recalculation,
} from '../../../wire/price.ts';
import { listPrice } from '../../adapters/prices.ts';
import type { AppEnv } from '../../context.ts';
import type { Env } from '../../env.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling, sessionRoom } from '../../rooms/index.ts';
import type { Repriced } from '../../rooms/session/orders.ts';
import { openDb } from '../../store/db.ts';
import { modelsSince } from '../../store/sessions/costs.ts';
import { sessionsSince } from '../../store/sessions/since.ts';
import { valid } from '../../valid.ts';
import { personOf } from '../sessions/person-of.ts';
import { keyedId } from './keyed-id.ts';

/** What an organization pays for models, where that is not what the catalogue or the agent says. */
export const prices = new Hono<AppEnv>()
  .get('/', requireAccess('limits.read'), async (c) => {
    const items = await tableOf(c.env, c.var.actor.organizationId);
    return c.json({ items, nextCursor: null } satisfies PriceList);
  })
  .get('/models', requireAccess('limits.read'), async (c) => {
    const nowMs = Date.now();
    const since = new Date(nowMs - 30 * 86_400_000).toISOString().slice(0, 10);
    const models = await modelsSince(openDb(c.env.DB), c.var.actor.organizationId, since, limits.maxPageItems);
    const items = models.map((model) => ({ model, catalogue: listPrice(model, new Date(nowMs)) }));
    return c.json({ items, nextCursor: null } satisfies ModelList);
  })
  .post('/', requireAccess('limits.manage'), valid('json', NewPrice), async (c) => {
    const { from, ...rest } = c.req.valid('json');
    const id = await keyedId(c, 'prc', Date.now());
    const price: ModelPrice = { id, ...rest, from: new Date(from).toISOString() };
    const added = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<ModelPrice | 'conflict' | 'full'> => ledger.addPrice(price),
    );
    if (added === 'full')
      throw new AppError(
        'quota_exceeded',
        `An organization has at most ${limits.maxPricesPerOrganization} prices; delete some that no longer hold.`,
      );
    if (added === 'conflict') {
      const message = `There is a price for ${price.model} from that moment on already; delete it first.`;
      throw new AppError('conflict', message, { errors: [{ path: 'from', message }] });
    }
    return c.json(added, 201);
  })
  // The client goes on with `nextCursor` until there is none: a year of sessions is more than one request may read.
  .post('/recalculate', requireAccess('limits.manage'), valid('json', Recalculation), async (c) => {
    const { from, dryRun = false, cursor } = c.req.valid('json');
    const { organizationId } = c.var.actor;
    const table = await tableOf(c.env, organizationId);
    const page = await sessionsSince(openDb(c.env.DB), organizationId, Date.parse(from), cursor);
    const repriced = await Promise.all(
      page.items.map((sessionId) =>
        calling(
          () => sessionRoom(c.env, organizationId, sessionId),
          async (room): Promise<Repriced | null> => room.reprice(table, personOf(c), dryRun),
        ),
      ),
    );
    const changed = repriced.filter((each) => each?.changed);
    const deltaMicroUsd = changed.reduce((sum, each) => sum + (each?.deltaMicroUsd ?? 0), 0);
    const { items, nextCursor } = page;
    return c.json({ sessions: items.length, changed: changed.length, deltaMicroUsd, nextCursor } satisfies Recalculated);
  })
  .delete('/:id', requireAccess('limits.manage'), async (c) => {
    const removed = await budgetLedger(c.env, c.var.actor.organizationId).removePrice(c.req.param('id'));
    if (!removed) throw notFound('price');
    return c.body(null, 204);
  });

const tableOf = (env: Env, organizationId: string): Promise<ModelPrice[]> =>
  calling(
    () => budgetLedger(env, organizationId),
    async (ledger): Promise<ModelPrice[]> => ledger.prices(),
  );
