import { Hono } from 'hono';
import {
  type Channel,
  type ChannelList,
  ChannelPatch,
  type ChannelSettingsPatch,
  type ChannelWithSecret,
  NewChannel,
} from '../../../wire/channel.ts';
import { limits } from '../../../wire/limits.ts';
import { settingsProblem } from '../../adapters/channels.ts';
import type { AppEnv } from '../../context.ts';
import { testNotification } from '../../domain/alerts/test-notification.ts';
import type { Env } from '../../env.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { calling, outboxOf, slackDesk } from '../../rooms/index.ts';
import { mailerOf, missingMailOf } from '../../rooms/outbox/mailer.ts';
import type { EditedChannel, RotatedSecret } from '../../rooms/outbox/outbox-channels.ts';
import { valid } from '../../valid.ts';
import { keyedId } from '../limits/keyed-id.ts';

/** Where alerts go. The outbox keeps it, with all that is secret about it. */
export const channels = new Hono<AppEnv>()
  .get('/', requireAccess('channel.read'), async (c) => {
    const items = await list(c.env, c.var.actor.organizationId);
    return c.json({ items, nextCursor: null } satisfies ChannelList);
  })
  .post('/', requireAccess('channel.manage'), valid('json', NewChannel), async (c) => {
    const { organizationId } = c.var.actor;
    const { name, settings } = c.req.valid('json');
    await check(c.env, organizationId, settings.kind === 'slack' ? { ...settings, token: settings.token ?? null } : settings);
    const id = await keyedId(c, 'chn', Date.now());
    const outbox = () => outboxOf(c.env, organizationId);
    await calling(outbox, async (stub) => stub.rememberOrigin(publicOrigin(c)));
    const made = await calling(outbox, async (stub): Promise<ChannelWithSecret | null> => stub.addChannel(id, name, settings));
    if (!made)
      throw new AppError(
        'quota_exceeded',
        `An organization has at most ${limits.maxChannelsPerOrganization} channels; delete some.`,
      );
    return c.json(made, 201);
  })
  .patch('/:id', requireAccess('channel.manage'), valid('json', ChannelPatch), async (c) => {
    const patch = c.req.valid('json');
    if (patch.settings) await check(c.env, c.var.actor.organizationId, patch.settings);
    const edited = await calling(
      () => outboxOf(c.env, c.var.actor.organizationId),
      async (outbox): Promise<EditedChannel> => outbox.editChannel(c.req.param('id'), patch),
    );
    if (edited.ok) return c.json(edited.channel);
    if (edited.why === 'missing') throw notFound('channel');
    if (edited.why === 'conflict') throw changedMeanwhile();
    throw wrong({ path: 'settings.kind', message: 'A channel stays of its kind; set up another one.' });
  })
  .delete('/:id', requireAccess('channel.manage'), async (c) => {
    const isRemoved = await outboxOf(c.env, c.var.actor.organizationId).removeChannel(c.req.param('id'));
    if (!isRemoved) throw notFound('channel');
    return c.body(null, 204);
  })
  // What came of it is read at the delivery that this answers.
  .post('/:id/test', requireAccess('channel.manage'), async (c) => {
    const { organizationId, userName } = c.var.actor;
    const channelId = c.req.param('id');
    const channel = (await list(c.env, organizationId)).find(({ id }) => id === channelId);
    if (!channel) throw notFound('channel');
    if (!channel.isEnabled) throw new AppError('conflict', 'This channel is switched off; switch it on to try it.');
    const notification = testNotification(crypto.randomUUID(), organizationId, userName, Date.now());
    const outbox = outboxOf(c.env, organizationId);
    await outbox.post({ notification, channelIds: [channelId] });
    const [delivery] = (await outbox.deliveries({ channel: channelId, key: notification.key })).items;
    if (!delivery && channel.kind === 'web-push')
      throw new AppError('conflict', 'Nobody has turned notifications on yet: do so on a device of yours first.');
    if (!delivery) throw new AppError('overloaded', 'Too much is on its way already; try again later.');
    return c.json(delivery, 201);
  })
  .post('/:id/secret', requireAccess('channel.manage'), async (c) => {
    const rotated: RotatedSecret = await outboxOf(c.env, c.var.actor.organizationId).rotateSecret(c.req.param('id'));
    if (rotated.ok) return c.json(rotated.channel, 201);
    throw rotated.why === 'missing' ? notFound('signed channel') : changedMeanwhile();
  });

const list = (env: Env, organizationId: string): Promise<Channel[]> =>
  calling(
    () => outboxOf(env, organizationId),
    async (outbox): Promise<Channel[]> => outbox.channels(),
  );

/** What is entered wrongly is said at once, not by the first alert that does not arrive. */
async function check(env: Env, organizationId: string, settings: ChannelSettingsPatch): Promise<void> {
  const email = { isSent: mailerOf(env) !== null, missing: missingMailOf(env) };
  const problem = settingsProblem(settings, { allowLoopback: env.ALLOW_LOOPBACK === '1', email });
  if (problem) throw wrong(problem);
  if (settings.kind !== 'slack' || settings.token !== null) return;
  const app = await calling(
    () => slackDesk(env, organizationId),
    async (desk): Promise<string | null> => desk.botToken(),
  );
  if (app === null) throw wrong({ path: 'settings.token', message: 'Connect the Slack app first, or paste a bot token.' });
}

const changedMeanwhile = (): AppError =>
  new AppError('conflict', 'Somebody changed this channel at the same time; look at it again, then repeat your change.');

const wrong = (problem: { path: string; message: string }): AppError =>
  new AppError('invalid', problem.message, { errors: [problem] });
