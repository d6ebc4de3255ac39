import type { SlackSettings } from '../../../wire/channel.ts';
import type { Notification } from '../../../wire/notification.ts';
import type { Attempt, SenderPorts, Sent } from '../../adapters/sender.ts';
import { sendSlack } from '../../adapters/slack/message.ts';
import type { Env } from '../../env.ts';
import { calling, slackDesk } from '../index.ts';

/** Sends by the token of the channel, else of the organization's app: only what that one says has buttons, because only it tells us of them. */
export async function sendToSlack(
  env: Env,
  organizationId: string,
  ports: SenderPorts,
  { token: own, channel }: SlackSettings,
  notification: Notification,
  attempt: Attempt,
): Promise<Sent> {
  const asked = calling(
    () => slackDesk(env, organizationId),
    async (desk): Promise<string | null> => desk.botToken(),
  );
  // Only buttons hang on the app where the channel has a token.
  const app = own ? await asked.catch(() => null) : await asked;
  const token = own ?? app;
  if (token === null)
    return { outcome: 'refused', detail: 'No Slack app is connected any more; connect it, or give the channel a token.' };
  return sendSlack(ports, { token, channel, areAnswered: token === app }, notification, attempt);
}
