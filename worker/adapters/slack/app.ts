import * as z from 'zod/mini';
import { type Answer, ask, byStatus, jsonOf, type SenderPorts } from '../sender.ts';

/** What our app may do in a workspace; `channels:history` and `groups:history` let us look before a message is repeated. */
const scopes = ['chat:write', 'chat:write.public', 'channels:history', 'groups:history', 'commands'];

/** Without these nothing works. */
const needed = ['chat:write', 'commands'];

/** What Slack makes the app from (https://docs.slack.dev/reference/app-manifest); everything that is sent to us goes to `url`. */
export const slackManifest = (url: string): string =>
  JSON.stringify(
    {
      display_information: {
        name: 'Flightdeck',
        description: 'Coding agents: what they do, what they ask, what they cost.',
        background_color: '#0b1220',
      },
      features: {
        bot_user: { display_name: 'Flightdeck', always_online: true },
        slash_commands: [
          {
            command: '/flightdeck',
            url,
            description: 'Sessions of your coding agents',
            usage_hint: 'sessions | show | pause | stop | start | help',
            should_escape: false,
          },
        ],
      },
      oauth_config: { scopes: { bot: scopes } },
      settings: {
        interactivity: { is_enabled: true, request_url: url },
        org_deploy_enabled: false,
        socket_mode_enabled: false,
        token_rotation_enabled: false,
      },
    },
    null,
    2,
  );

export type SlackAppCheck =
  | { ok: true; teamId: string; teamName: string }
  /** `isWrong`: the token is; otherwise Slack could not be asked. */
  | { ok: false; isWrong: boolean; message: string };

const Tested = z.object({ ok: z.literal(true), team_id: z.string().check(z.regex(/^[A-Z0-9]{1,32}$/)), team: z.string() });
const Refused = z.object({ ok: z.literal(false), error: z.string() });

/** What Slack says of a bot token (auth.test), and whether its app may do what we need. */
export async function checkSlackApp(
  ports: Pick<SenderPorts, 'fetch' | 'now' | 'slackApi'>,
  token: string,
): Promise<SlackAppCheck> {
  const asked = await ask(ports, `${ports.slackApi}/auth.test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: '{}',
  });
  if (!asked.ok || byStatus(asked.answer, ports.now()).outcome !== 'delivered') return unreachable;
  return judged(asked.answer);
}

function judged({ headers, text }: Answer): SlackAppCheck {
  const body = jsonOf(text);
  const refused = Refused.safeParse(body);
  if (refused.success) return wrong(words[refused.data.error] ?? `Slack said: ${refused.data.error}.`);
  const tested = Tested.safeParse(body);
  if (!tested.success) return unreachable;
  const granted = headers.get('x-oauth-scopes')?.split(/,\s*/);
  const missing = needed.filter((scope) => granted && !granted.includes(scope));
  if (missing.length > 0)
    return wrong(`The app lacks ${missing.join(' and ')}: add it under OAuth & Permissions and install it again.`);
  return { ok: true, teamId: tested.data.team_id, teamName: tested.data.team.slice(0, 100) };
}

const wrong = (message: string): SlackAppCheck => ({ ok: false, isWrong: true, message });
const unreachable: SlackAppCheck = { ok: false, isWrong: false, message: 'Slack could not be reached; try again in a moment.' };

const words: Record<string, string> = {
  invalid_auth: 'Slack does not know this token: copy it again.',
  not_authed: 'Slack does not know this token: copy it again.',
  token_revoked: 'This token was revoked: install the app again and copy its new one.',
  account_inactive: 'This app was removed from the workspace: install it again and copy its new token.',
};
