import type { SlackSettings } from '../../../wire/channel.ts';
import type { Notification } from '../../../wire/notification.ts';
import type { Attempt, SenderPorts, Sent } from '../../adapters/sender.ts';
import { sendSlack } from '../../adapters/slack/message.ts';
import type { Env } from '../../env.ts';
import { calling, slackDesk } from '../index.ts';

/** The channel's own token, or that of the organization's app, and whether it is the app's; null where there is none. */
export async function slackTokenOf(
  env: Env,
  organizationId: string,
  { token: own }: Pick<SlackSettings, 'token'>,
): Promise<{ token: string; isOfApp: boolean } | null> {
  const asked = calling(
    () => slackDesk(env, organizationId),
    async (desk): Promise<string | null> => desk.botToken(),
  );
  // Only buttons hang on the app where the channel has a token.
  const app = own ? await asked.catch(() => null) : await asked;
  const token = own ?? app;
  return token === null ? null : { token, isOfApp: token === app };
}

export const noSlackApp: Sent = {
  outcome: 'refused',
  detail: 'No Slack app is connected any more; connect it, or give the channel a token.',
};

/** Sends by the token of the channel, else of the organization's app: only what that one says has buttons, because only it tells us of them. */
export async function sendToSlack(
  env: Env,
  organizationId: string,
  ports: SenderPorts,
  settings: SlackSettings,
  notification: Notification,
  attempt: Attempt,
): Promise<Sent> {
  const found = await slackTokenOf(env, organizationId, settings);
  if (!found) return noSlackApp;
  const { token, isOfApp } = found;
  return sendSlack(ports, { token, channel: settings.channel, areAnswered: isOfApp }, notification, attempt);
}
