import { Hono } from 'hono';
import { type Budget, type BudgetDetail, type BudgetList, BudgetPatch, NewBudget } from '../../../wire/budget.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { type Db, openDb } from '../../store/db.ts';
import { findRole } from '../../store/identity/members.ts';
import { findProject } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';
import { keyedId } from './keyed-id.ts';

/** An organization's budgets. The ledger answers, because only it knows what is spent and set aside this moment. */
export const budgets = new Hono<AppEnv>()
  .get('/', requireAccess('limits.read'), async (c) => {
    const items = await overview(c.env, c.var.actor.organizationId);
    return c.json({ items, nextCursor: null } satisfies BudgetList);
  })
  .post('/', requireAccess('limits.manage'), valid('json', NewBudget), async (c) => {
    const { organizationId } = c.var.actor;
    const { scope, scopeId = null, ...rest } = c.req.valid('json');
    await checkScope(openDb(c.env.DB), organizationId, scope, scopeId);
    const nowMs = Date.now();
    const id = await keyedId(c, 'bud', nowMs);
    const budget: Budget = { id, scope, scopeId, ...rest, createdAt: new Date(nowMs).toISOString() };
    const added = await calling(
      () => budgetLedger(c.env, organizationId),
      (ledger) => ledger.add(budget),
    );
    if (!added)
      throw new AppError(
        'quota_exceeded',
        `An organization has at most ${limits.maxBudgetsPerOrganization} budgets; delete some.`,
      );
    return c.json(await detail(c.env, organizationId, budget.id), 201);
  })
  .get('/:id', requireAccess('limits.read'), async (c) =>
    c.json(await detail(c.env, c.var.actor.organizationId, c.req.param('id'))),
  )
  .patch('/:id', requireAccess('limits.manage'), valid('json', BudgetPatch), async (c) => {
    const { organizationId } = c.var.actor;
    const edited = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<BudgetDetail | null> => ledger.edit(c.req.param('id'), c.req.valid('json')),
    );
    if (!edited) throw notFound('budget');
    return c.json(edited);
  })
  .delete('/:id', requireAccess('limits.manage'), async (c) => {
    const removed = await budgetLedger(c.env, c.var.actor.organizationId).remove(c.req.param('id'));
    if (!removed) throw notFound('budget');
    return c.body(null, 204);
  });

const overview = (env: AppEnv['Bindings'], organizationId: string): Promise<BudgetDetail[]> =>
  calling(
    () => budgetLedger(env, organizationId),
    async (ledger): Promise<BudgetDetail[]> => ledger.budgets(),
  );

async function detail(env: AppEnv['Bindings'], organizationId: string, id: string): Promise<BudgetDetail> {
  const found = (await overview(env, organizationId)).find((budget) => budget.id === id);
  if (!found) throw notFound('budget');
  return found;
}

/** What a budget counts has to be there, and be this organization's. */
async function checkScope(db: Db, organizationId: string, scope: Budget['scope'], scopeId: string | null): Promise<void> {
  const wrong = (message: string) =>
    new AppError('invalid', 'A budget has to name what it counts.', { errors: [{ path: 'scopeId', message }] });
  if (scope === 'organization') {
    if (scopeId !== null) throw wrong('A budget of the whole organization names neither a project nor a person.');
    return;
  }
  if (scopeId === null) throw wrong(scope === 'project' ? 'Name the project.' : 'Name the person.');
  const isThere =
    scope === 'project' ? await findProject(db, organizationId, scopeId) : await findRole(db, organizationId, scopeId);
  if (!isThere) throw wrong(scope === 'project' ? 'There is no such project.' : 'There is no such member.');
}
