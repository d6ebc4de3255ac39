import { type Context, Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { SnapshotRules } from '../../../wire/snapshot-rules.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { openDb } from '../../store/db.ts';
import { findProject } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';

const path = '/:projectId/snapshot-rules';

/** When the command keeps the workspaces of a project by itself. The ledger keeps it, and rooms tell each hook that asks. */
export const snapshotRules = new Hono<AppEnv>()
  .get(path, requireAccess('limits.read'), async (c) => {
    const projectId = await requireProject(c, c.req.param('projectId'));
    const rules = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<SnapshotRules> => ledger.snapshotRules(projectId),
    );
    return c.json(rules);
  })
  .put(path, requireAccess('limits.manage'), valid('json', SnapshotRules), async (c) => {
    const projectId = await requireProject(c, c.req.param('projectId'));
    const rules = c.req.valid('json');
    const isSet = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<boolean> => ledger.setSnapshotRules(projectId, rules),
    );
    if (!isSet)
      throw new AppError('quota_exceeded', `At most ${limits.maxSnapshotRuleProjects} projects have rules for snapshots.`);
    return c.json(rules);
  });

async function requireProject(c: Context<AppEnv>, id: string): Promise<string> {
  if (!(await findProject(openDb(c.env.DB), c.var.actor.organizationId, id))) throw notFound('project');
  return id;
}
