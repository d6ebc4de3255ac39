import * as z from 'zod/mini';

/** An organization's own Slack app, as far as it is shown; its token and its signing secret never are. */
export const SlackApp = z.object({
  teamId: z.string(),
  /** The workspace. */
  teamName: z.string(),
  connectedAt: z.string(),
  connectedBy: z.string(),
  /** When Slack last proved to know the signing secret; null where it never did. */
  lastReceivedAt: z.nullable(z.string()),
});
export type SlackApp = z.infer<typeof SlackApp>;

/** A member's Slack user, who acts in their name. */
export const SlackAccount = z.object({
  slackUserId: z.string(),
  slackName: z.string(),
  linkedAt: z.string(),
});
export type SlackAccount = z.infer<typeof SlackAccount>;

/** Answer of `GET /api/slack`. */
export const SlackState = z.object({
  /** Null where no app is connected. */
  app: z.nullable(SlackApp),
  /** The asker's own; null where they linked none. */
  account: z.nullable(SlackAccount),
  /** What Slack makes the app from, as JSON: the addresses of this deployment are in it. */
  manifest: z.string(),
});
export type SlackState = z.infer<typeof SlackState>;

/** Body of `PUT /api/slack`. */
export const NewSlackApp = z.object({
  botToken: z
    .string('Paste the bot token.')
    .check(z.trim(), z.regex(/^xoxb-[\w-]{10,250}$/, 'A bot token begins with xoxb-; copy it whole.')),
  signingSecret: z
    .string('Paste the signing secret.')
    .check(z.trim(), z.regex(/^[0-9a-f]{32,64}$/, 'A signing secret has 32 digits and letters from a to f; copy it whole.')),
});
export type NewSlackApp = z.infer<typeof NewSlackApp>;

/** Answer of `POST /api/slack/check`: what Slack says of the app's token at this moment. */
export const SlackCheck = z.object({ ok: z.boolean(), detail: z.string() });
export type SlackCheck = z.infer<typeof SlackCheck>;

/** Answer of `GET /api/slack/links/:secret`: which Slack user is to act in the name of whoever confirms. */
export const SlackOffer = z.object({
  slackUserId: z.string(),
  slackName: z.string(),
  teamName: z.string(),
  expiresAt: z.string(),
});
export type SlackOffer = z.infer<typeof SlackOffer>;
