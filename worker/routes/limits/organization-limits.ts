import { Hono } from 'hono';
import { type LimitsAnswer, LimitsPatch } from '../../../wire/organization-limits.ts';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { openDb } from '../../store/db.ts';
import { projectIds } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';

/** Quotas, timeouts, bucket sizes and the fail mode. The ledger keeps them and tells every live room. */
export const organizationLimits = new Hono<AppEnv>()
  .get('/', requireAccess('limits.read'), async (c) => {
    const answer = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<LimitsAnswer> => ledger.limits(),
    );
    return c.json(answer);
  })
  .patch('/', requireAccess('limits.manage'), valid('json', LimitsPatch), async (c) => {
    const { organizationId } = c.var.actor;
    const patch = c.req.valid('json');
    await checkProjects(c.env, organizationId, Object.keys(patch.failByProject ?? {}));
    const answer = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<LimitsAnswer> => ledger.editLimits(patch),
    );
    return c.json(answer);
  });

async function checkProjects(env: AppEnv['Bindings'], organizationId: string, named: string[]): Promise<void> {
  if (named.length === 0) return;
  const known = await projectIds(openDb(env.DB), organizationId);
  const errors = named
    .filter((id) => !known.has(id))
    .map((id) => ({ path: `failByProject.${id}`, message: 'There is no such project.' }));
  if (errors.length > 0) throw new AppError('invalid', 'A fail mode is set for a project that does not exist.', { errors });
}
