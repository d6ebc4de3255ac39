import { type Context, Hono } from 'hono';
import {
  NewSlackApp,
  type SlackAccount,
  type SlackApp,
  type SlackCheck,
  type SlackOffer,
  type SlackState,
} from '../../../wire/slack.ts';
import { checkSlackApp, type SlackAppCheck, slackManifest } from '../../adapters/slack/app.ts';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { calling, slackDesk } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';
import { personOf } from '../sessions/person-of.ts';

/** The organization's own Slack app, and which Slack user acts in whose name. Its desk keeps it, because D1 is not on the way of what Slack sends. */
export const slack = new Hono<AppEnv>()
  .get('/', requireAccess('slack.own'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const state = await calling(
      () => slackDesk(c.env, organizationId),
      async (desk): Promise<Omit<SlackState, 'manifest'>> => desk.state(userId),
    );
    const origin = (c.env.PUBLIC_URL || publicOrigin(c)).replace(/\/$/, '');
    return c.json<SlackState>({ ...state, manifest: slackManifest(`${origin}/webhooks/slack/${organizationId}`) });
  })
  .put('/', requireAccess('integration.manage'), valid('json', NewSlackApp), async (c) => {
    const { botToken, signingSecret } = c.req.valid('json');
    const checked = await check(c, botToken);
    if (!checked.ok && !checked.isWrong) throw new AppError('overloaded', checked.message);
    if (!checked.ok) throw new AppError('invalid', checked.message, { errors: [{ path: 'botToken', message: checked.message }] });
    const { teamId, teamName } = checked;
    const app = await calling(
      () => slackDesk(c.env, c.var.actor.organizationId),
      async (desk): Promise<SlackApp> =>
        desk.saveApp({ teamId, teamName, botToken, signingSecret, by: personOf(c), origin: publicOrigin(c) }),
    );
    return c.json(app);
  })
  .delete('/', requireAccess('integration.manage'), async (c) => {
    await slackDesk(c.env, c.var.actor.organizationId).removeApp();
    return c.body(null, 204);
  })
  .post('/check', requireAccess('integration.manage'), async (c) => {
    const token = await calling(
      () => slackDesk(c.env, c.var.actor.organizationId),
      async (desk): Promise<string | null> => desk.botToken(),
    );
    if (token === null) return c.json<SlackCheck>({ ok: false, detail: 'No Slack app is connected.' });
    const checked = await check(c, token);
    const detail = checked.ok ? `Slack knows the app in ${checked.teamName}.` : checked.message;
    return c.json<SlackCheck>({ ok: checked.ok, detail });
  })
  .get('/links/:secret', requireAccess('slack.own'), async (c) => {
    const offer = await calling(
      () => slackDesk(c.env, c.var.actor.organizationId),
      async (desk): Promise<SlackOffer | null> => desk.offered(c.req.param('secret')),
    );
    if (!offer) throw noLink();
    return c.json(offer);
  })
  .post('/links/:secret', requireAccess('slack.own'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const account: SlackAccount | null = await slackDesk(c.env, organizationId).link(c.req.param('secret'), userId);
    if (!account) throw noLink();
    return c.json(account, 201);
  })
  .delete('/account', requireAccess('slack.own'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    await slackDesk(c.env, organizationId).unlink(userId);
    return c.body(null, 204);
  });

/** Used, replaced, too old, another organization's and never made are one answer. */
const noLink = () =>
  new AppError('not_found', 'This link was used, replaced or is more than a quarter of an hour old. Ask for a new one in Slack.');

const check = (c: Context<AppEnv>, token: string): Promise<SlackAppCheck> =>
  checkSlackApp(
    { fetch: (...request) => fetch(...request), now: () => Date.now(), slackApi: c.env.SLACK_API || 'https://slack.com/api' },
    token,
  );
