import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { SnapshotRules } from '../../../wire/snapshot-rules.ts';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';
import { requireProject } from '../identity/require-project.ts';

const path = '/:projectId/snapshot-rules';

/** When the command keeps the workspaces of a project by itself. The ledger keeps it, and rooms tell each hook that asks. */
export const snapshotRules = new Hono<AppEnv>()
  .get(path, requireAccess('limits.read'), async (c) => {
    const { id } = await requireProject(c, c.req.param('projectId'));
    const rules = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<SnapshotRules> => ledger.snapshotRules(id),
    );
    return c.json(rules);
  })
  .put(path, requireAccess('limits.manage'), valid('json', SnapshotRules), async (c) => {
    const { id } = await requireProject(c, c.req.param('projectId'));
    const rules = c.req.valid('json');
    const isSet = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<boolean> => ledger.setSnapshotRules(id, rules),
    );
    if (!isSet)
      throw new AppError('quota_exceeded', `At most ${limits.maxSnapshotRuleProjects} projects have rules for snapshots.`);
    return c.json(rules);
  });
