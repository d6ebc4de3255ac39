import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { Rate, type RateList, type ToolRate } from '../../../wire/rate.ts';
import type { AppEnv } from '../../context.ts';
import { rateName } from '../../domain/limits/rates.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';

/** What tool calls cost in an organization. Nothing, until somebody says so. */
export const rates = new Hono<AppEnv>()
  .get('/', requireAccess('limits.read'), async (c) => {
    const found = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<Record<string, Rate>> => ledger.rates(),
    );
    return c.json(listed(found));
  })
  // Adds what the preset has and nobody set yet.
  .post('/preset', requireAccess('limits.manage'), async (c) => {
    const found = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<Record<string, Rate>> => ledger.usePreset(),
    );
    return c.json(listed(found));
  })
  .put('/:tool', requireAccess('limits.manage'), valid('json', Rate), async (c) => {
    const tool = toolIn(c.req.param('tool'));
    const rate = c.req.valid('json');
    const isSet = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      (ledger) => ledger.setRate(tool, rate),
    );
    if (!isSet) throw new AppError('quota_exceeded', `At most ${limits.maxRatesPerOrganization} tools have a rate; delete some.`);
    return c.json({ tool, ...rate } satisfies ToolRate);
  })
  .delete('/:tool', requireAccess('limits.manage'), async (c) => {
    const removed = await budgetLedger(c.env, c.var.actor.organizationId).removeRate(toolIn(c.req.param('tool')));
    if (!removed) throw notFound('rate');
    return c.body(null, 204);
  });

const listed = (found: Record<string, Rate>): RateList => ({
  items: Object.entries(found).map(([tool, rate]) => ({ tool, ...rate })),
  nextCursor: null,
});

function toolIn(param: string): string {
  const tool = rateName(param);
  if (tool !== '' && tool.length <= limits.maxNameLength) return tool;
  const message = `A tool's name has 1 to ${limits.maxNameLength} characters.`;
  throw new AppError('invalid', message, { errors: [{ path: 'tool', message }] });
}
