import { Hono } from 'hono';
import {
  type Budget,
  type BudgetDetail,
  type BudgetList,
  BudgetPatch,
  type ChangedBudget,
  NewBudget,
} from '../../../wire/budget.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { belowSpent } from '../../domain/limits/below-spent.ts';
import { windowBounds } from '../../domain/limits/window.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import type { BudgetEdit } from '../../rooms/ledger/budget-ledger.ts';
import { type Db, openDb } from '../../store/db.ts';
import { findRole } from '../../store/identity/members.ts';
import { findProject } from '../../store/identity/projects.ts';
import { liveSpending } from '../../store/sessions/live-spending.ts';
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
    const made = await detail(c.env, organizationId, budget.id);
    return c.json(await warned(c.env, organizationId, made), 201);
  })
  .get('/:id', requireAccess('limits.read'), async (c) =>
    c.json(await detail(c.env, c.var.actor.organizationId, c.req.param('id'))),
  )
  .patch('/:id', requireAccess('limits.manage'), valid('json', BudgetPatch), async (c) => {
    const { organizationId } = c.var.actor;
    const edited = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<BudgetEdit | null> => ledger.edit(c.req.param('id'), c.req.valid('json')),
    );
    if (!edited) throw notFound('budget');
    if (!edited.ok) throw new AppError('conflict', 'Somebody else has changed its limit meanwhile. Read it again.');
    return c.json(await warned(c.env, organizationId, edited.budget));
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

/** The budget, with a word where its limit is used up already. Who runs now may not have told the ledger yet: the index knows. */
async function warned(env: AppEnv['Bindings'], organizationId: string, budget: BudgetDetail): Promise<ChangedBudget> {
  const { startMs } = windowBounds(budget.window, Date.now());
  const live = await liveSpending(openDb(env.DB), organizationId, budget, startMs).catch(() => ({ spent: 0, sessionsBeyond: 0 }));
  const warning = belowSpent(budget, { ...live, spent: Math.max(budget.spent, live.spent) });
  return { ...budget, ...(warning !== undefined && { warning }) };
}

/** What a budget counts has to be there, and be this organization's. */
async function checkScope(db: Db, organizationId: string, scope: Budget['scope'], scopeId: string | null): Promise<void> {
  const wrong = (message: string) =>
    new AppError('invalid', 'A budget has to name what it counts.', { errors: [{ path: 'scopeId', message }] });
  if (scope === 'organization') {
    if (scopeId !== null) throw wrong('A budget of the whole organization names neither a project nor a person.');
    return;
  }
  if (scope === 'session' && scopeId === null) return;
  if (scopeId === null) throw wrong(scope === 'project' ? 'Name the project.' : 'Name the person.');
  const isThere = scope === 'user' ? await findRole(db, organizationId, scopeId) : await findProject(db, organizationId, scopeId);
  if (!isThere) throw wrong(scope === 'user' ? 'There is no such member.' : 'There is no such project.');
}
