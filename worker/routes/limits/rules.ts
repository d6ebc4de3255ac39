import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { NewRule, type Rule, type RuleList, RulePatch, RuleTrial } from '../../../wire/rule.ts';
import type { AppEnv } from '../../context.ts';
import { type RuleProblem, ruleProblem } from '../../domain/limits/rules.ts';
import { tried } from '../../domain/limits/ruling.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import type { EditedRule } from '../../rooms/ledger/budget-ledger.ts';
import { type Db, openDb } from '../../store/db.ts';
import { findProject } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';
import { keyedId } from './keyed-id.ts';

/** Which tool calls wait for a person, are refused, or are only noted. The ledger keeps them and tells every live room. */
export const rules = new Hono<AppEnv>()
  .get('/', requireAccess('limits.read'), async (c) => {
    const items = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<Rule[]> => ledger.rules(),
    );
    return c.json({ items, nextCursor: null } satisfies RuleList);
  })
  .post('/', requireAccess('limits.manage'), valid('json', NewRule), async (c) => {
    const { organizationId } = c.var.actor;
    const { projectId = null, ...rest } = c.req.valid('json');
    const problem = ruleProblem(rest);
    if (problem) throw wrong(problem);
    await checkProject(openDb(c.env.DB), organizationId, projectId);
    const nowMs = Date.now();
    const id = await keyedId(c, 'rul', nowMs);
    const rule: Rule = { id, projectId, ...rest, createdAt: new Date(nowMs).toISOString() };
    const added = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<Rule | null> => ledger.addRule(rule),
    );
    if (!added)
      throw new AppError('quota_exceeded', `An organization has at most ${limits.maxRulesPerOrganization} rules; delete some.`);
    return c.json(added, 201);
  })
  // Whether a rule would match a call, before anybody has to live with it.
  .post('/try', requireAccess('limits.read'), valid('json', RuleTrial), (c) => {
    const { rule, ...call } = c.req.valid('json');
    return c.json(tried(rule, call));
  })
  .patch('/:id', requireAccess('limits.manage'), valid('json', RulePatch), async (c) => {
    const { organizationId } = c.var.actor;
    const patch = c.req.valid('json');
    await checkProject(openDb(c.env.DB), organizationId, patch.projectId ?? null);
    const edited = await calling(
      () => budgetLedger(c.env, organizationId),
      async (ledger): Promise<EditedRule | null> => ledger.editRule(c.req.param('id'), patch),
    );
    if (!edited) throw notFound('rule');
    if (!edited.ok) throw wrong(edited.problem);
    return c.json(edited.rule);
  })
  .delete('/:id', requireAccess('limits.manage'), async (c) => {
    const isRemoved = await budgetLedger(c.env, c.var.actor.organizationId).removeRule(c.req.param('id'));
    if (!isRemoved) throw notFound('rule');
    return c.body(null, 204);
  });

const wrong = (problem: RuleProblem): AppError => new AppError('invalid', problem.message, { errors: [problem] });

async function checkProject(db: Db, organizationId: string, projectId: string | null): Promise<void> {
  if (projectId === null || (await findProject(db, organizationId, projectId))) return;
  const message = 'There is no such project.';
  throw new AppError('invalid', message, { errors: [{ path: 'projectId', message }] });
}
