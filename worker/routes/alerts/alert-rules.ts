import { Hono } from 'hono';
import { type AlertRule, type AlertRuleList, AlertRulePatch, NewAlertRule, thresholdProblem } from '../../../wire/alert.ts';
import type { Channel } from '../../../wire/channel.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { ownRule } from '../../domain/alerts/built-in.ts';
import type { Env } from '../../env.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { alertDesk, calling, outboxOf } from '../../rooms/index.ts';
import { openDb } from '../../store/db.ts';
import { findProject } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';
import { keyedId } from '../limits/keyed-id.ts';
import { tryRule } from './trial.ts';

/** What people want to hear of. Built-in rules are there from the beginning; deleting one makes it again as it was. */
export const alertRules = new Hono<AppEnv>()
  .get('/', requireAccess('alert.read'), async (c) => {
    const items = await rulesOf(c.env, c.var.actor.organizationId);
    return c.json({ items, nextCursor: null } satisfies AlertRuleList);
  })
  .post('/', requireAccess('alert.manage'), valid('json', NewAlertRule), async (c) => {
    const { organizationId } = c.var.actor;
    const wanted = c.req.valid('json');
    await check(c.env, organizationId, wanted);
    const rule = ownRule(await keyedId(c, 'alr', Date.now()), wanted);
    const added = await calling(
      () => alertDesk(c.env, organizationId),
      async (desk): Promise<AlertRule | null> => desk.addRule(rule),
    );
    if (!added)
      throw new AppError('quota_exceeded', `An organization has at most ${limits.maxAlertRules} alert rules; delete some.`);
    return c.json(added, 201);
  })
  // What a rule would have said of the last day, before anybody is woken by it.
  .post('/try', requireAccess('alert.read'), valid('json', NewAlertRule), async (c) => {
    const { organizationId } = c.var.actor;
    const wanted = c.req.valid('json');
    await check(c.env, organizationId, wanted);
    return c.json(await tryRule(c.env, organizationId, { ...ownRule('tried', wanted), enabled: true }, Date.now()));
  })
  .patch('/:id', requireAccess('alert.manage'), valid('json', AlertRulePatch), async (c) => {
    const { organizationId } = c.var.actor;
    const id = c.req.param('id');
    const patch = c.req.valid('json');
    const before = (await rulesOf(c.env, organizationId)).find((rule) => rule.id === id);
    if (!before) throw notFound('alert rule');
    await check(c.env, organizationId, { ...patch, kind: before.kind });
    const changed = await calling(
      () => alertDesk(c.env, organizationId),
      async (desk): Promise<AlertRule | null> => desk.editRule(id, patch),
    );
    if (!changed) throw notFound('alert rule');
    return c.json(changed);
  })
  .delete('/:id', requireAccess('alert.manage'), async (c) => {
    const isRemoved = await alertDesk(c.env, c.var.actor.organizationId).removeRule(c.req.param('id'));
    if (!isRemoved) throw notFound('alert rule');
    return c.body(null, 204);
  });

const rulesOf = (env: Env, organizationId: string): Promise<AlertRule[]> =>
  calling(
    () => alertDesk(env, organizationId),
    async (desk): Promise<AlertRule[]> => desk.rules(),
  );

/** What a rule names has to be there, and its threshold one that its kind has. */
async function check(env: Env, organizationId: string, rule: AlertRulePatch & Pick<AlertRule, 'kind'>): Promise<void> {
  const { kind, threshold, projectId, channelIds = [] } = rule;
  const problem = threshold === undefined ? undefined : thresholdProblem({ kind, threshold });
  if (problem) throw wrong('threshold', problem);
  if (projectId && !(await findProject(openDb(env.DB), organizationId, projectId)))
    throw wrong('projectId', 'There is no such project.');
  if (channelIds.length === 0) return;
  const channels: Channel[] = await outboxOf(env, organizationId).channels();
  const known = new Set(channels.map(({ id }) => id));
  const unknown = channelIds.findIndex((id) => !known.has(id));
  if (unknown !== -1) throw wrong(`channelIds.${unknown}`, 'There is no such channel.');
}

const wrong = (path: string, message: string): AppError => new AppError('invalid', message, { errors: [{ path, message }] });
