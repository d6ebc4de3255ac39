import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { type Retention, type RetentionAnswer, RetentionPatch } from '../../../wire/retention.ts';
import type { AppEnv } from '../../context.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { hastenTurn, listReports } from '../../store/archive/retention.ts';
import { type Db, openDb } from '../../store/db.ts';
import { valid } from '../../valid.ts';

/** How long what is kept, and what the runs did that see to it. The ledger keeps it, with all else that an organization decided. */
export const retention = new Hono<AppEnv>()
  .get('/', requireAccess('retention.read'), async (c) => {
    const { organizationId } = c.var.actor;
    const kept = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<Retention> => ledger.retention(),
    );
    return c.json(await answerOf(openDb(c.env.DB), organizationId, kept));
  })
  .patch('/', requireAccess('retention.manage'), valid('json', RetentionPatch), async (c) => {
    const { organizationId } = c.var.actor;
    const kept = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<Retention> => ledger.editRetention(c.req.valid('json')),
    );
    const db = openDb(c.env.DB);
    await hastenTurn(db, organizationId);
    return c.json(await answerOf(db, organizationId, kept));
  });

async function answerOf(db: Db, organizationId: string, retention: Retention): Promise<RetentionAnswer> {
  return { retention, trashDays: limits.trashDays, reports: await listReports(db, organizationId) };
}
