import * as z from 'zod/mini';
import { limits } from './limits.ts';

const Name = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'Give the channel a name.'),
    z.maxLength(limits.maxChannelNameLength, 'Choose a shorter name.'),
  );
const Url = z.string().check(z.trim(), z.minLength(1, 'Enter the address.'), z.maxLength(2048, 'The address is too long.'));

/** An outgoing webhook by Standard Webhooks 1.0; its secret is made by us and shown once. */
export const WebhookSettings = z.object({ kind: z.literal('webhook'), url: Url });

/** An incoming webhook of Slack, or of what takes the same, as Mattermost does. */
export const SlackWebhookSettings = z.object({ kind: z.literal('slack-webhook'), url: Url });

const BotToken = z.string().check(z.trim(), z.regex(/^xox[a-z]-[\w-]{10,250}$/, 'A bot token begins with xoxb-; copy it whole.'));

/** A Slack app's channel. */
export const SlackSettings = z.object({
  kind: z.literal('slack'),
  /** Without one, that of the Slack app that the organization has connected: only its messages have buttons that act. */
  token: z.optional(BotToken),
  channel: z
    .string()
    .check(
      z.trim(),
      z.regex(
        /^([CGD][A-Z0-9]{6,20}|#[^\s#]{1,80})$/,
        'Enter the id of a Slack channel, as C0123456789, or its name, as #alerts.',
      ),
    ),
});

/** A service's integration of the type Events API v2. */
export const PagerDutySettings = z.object({
  kind: z.literal('pagerduty'),
  routingKey: z.string().check(z.trim(), z.regex(/^[A-Za-z0-9]{32}$/, 'An integration key has 32 letters and digits.')),
});

export const EmailSettings = z.object({
  kind: z.literal('email'),
  to: z
    .array(z.string().check(z.trim(), z.email('This is no e-mail address.'), z.maxLength(limits.maxEmailLength)))
    .check(
      z.minLength(1, 'Enter an address.'),
      z.maxLength(limits.maxEmailRecipients, `A channel has at most ${limits.maxEmailRecipients} addresses.`),
    ),
});

/** The browsers in which people turned notifications on. */
export const WebPushSettings = z.object({
  kind: z.literal('web-push'),
  /** Whose browsers; null means everybody's. */
  userIds: z.nullable(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(limits.maxMembersPerOrganization))),
});

export type SlackSettings = z.infer<typeof SlackSettings>;

/** What each kind of channel has to be told. It is sealed, and never answered again. */
export const ChannelSettings = z.discriminatedUnion('kind', [
  SlackSettings,
  SlackWebhookSettings,
  PagerDutySettings,
  EmailSettings,
  WebPushSettings,
  WebhookSettings,
]);
export type ChannelSettings = z.infer<typeof ChannelSettings>;

export const ChannelKind = z.enum([
  'slack',
  'slack-webhook',
  'pagerduty',
  'email',
  'web-push',
  'webhook',
] satisfies ChannelSettings['kind'][]);
export type ChannelKind = ChannelSettings['kind'];

/** Body of `POST /api/channels`. */
export const NewChannel = z.object({ name: Name, settings: ChannelSettings });
export type NewChannel = z.infer<typeof NewChannel>;

/** What changes of a channel's settings, which stay of their kind; what is left out stays, secrets too. */
export const ChannelSettingsPatch = z.discriminatedUnion('kind', [
  z.extend(z.partial(SlackSettings, { channel: true }), {
    /** Null: that of the organization's app. */
    token: z.optional(z.nullable(BotToken)),
  }),
  z.partial(SlackWebhookSettings, { url: true }),
  z.partial(PagerDutySettings, { routingKey: true }),
  z.partial(EmailSettings, { to: true }),
  z.partial(WebPushSettings, { userIds: true }),
  z.partial(WebhookSettings, { url: true }),
]);
export type ChannelSettingsPatch = z.infer<typeof ChannelSettingsPatch>;

/** Body of `PATCH /api/channels/:id`: what is left out stays. */
export const ChannelPatch = z.object({
  name: z.optional(Name),
  isEnabled: z.optional(z.boolean()),
  settings: z.optional(ChannelSettingsPatch),
});
export type ChannelPatch = z.infer<typeof ChannelPatch>;

/** A place that alerts go to. */
export const Channel = z.object({
  id: z.string(),
  kind: ChannelKind,
  name: z.string(),
  /** Where it leads, in a few words that hold no secret. */
  leadsTo: z.string(),
  isEnabled: z.boolean(),
  /** Why it was switched off by us; null where a person did it, or it is on. */
  disabledWhy: z.nullable(z.string()),
  createdAt: z.string(),
});
export type Channel = z.infer<typeof Channel>;

export const ChannelList = z.object({ items: z.array(Channel), nextCursor: z.null() });
export type ChannelList = z.infer<typeof ChannelList>;

/** A channel just made, or with a new secret: the only answer that holds it. */
export const ChannelWithSecret = z.extend(Channel, { secret: z.nullable(z.string()) });
export type ChannelWithSecret = z.infer<typeof ChannelWithSecret>;
