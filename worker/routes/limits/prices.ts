import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { type ModelPrice, NewPrice, type PriceList } from '../../../wire/price.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';
import { keyedId } from './keyed-id.ts';

/** What an organization pays for models, where that is not what the catalogue or the agent says. */
export const prices = new Hono<AppEnv>()
  .get('/', requireAccess('limits.read'), async (c) => {
    const items = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<ModelPrice[]> => ledger.prices(),
    );
    return c.json({ items, nextCursor: null } satisfies PriceList);
  })
  .post('/', requireAccess('limits.manage'), valid('json', NewPrice), async (c) => {
    const { from, ...rest } = c.req.valid('json');
    const id = await keyedId(c, 'prc', Date.now());
    const price: ModelPrice = { id, ...rest, from: new Date(from).toISOString() };
    const added = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      (ledger) => ledger.addPrice(price),
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
    return c.json(price, 201);
  })
  .delete('/:id', requireAccess('limits.manage'), async (c) => {
    const removed = await budgetLedger(c.env, c.var.actor.organizationId).removePrice(c.req.param('id'));
    if (!removed) throw notFound('price');
    return c.body(null, 204);
  });
