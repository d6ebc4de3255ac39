import * as z from 'zod/mini';
import { limits } from '../../../wire/limits.ts';
import { clip } from '../../domain/clip.ts';
import { jsonOf } from '../sender.ts';
import { type Pressed, pressedIn } from './buttons.ts';

/** Who did something in Slack. */
export interface SlackUser {
  id: string;
  name: string;
}

/** What Slack sends to an app's address, of what we asked it to. */
export type SlackPayload =
  | { kind: 'hello'; challenge: string }
  | { kind: 'command'; teamId: string; user: SlackUser; text: string; responseUrl: string }
  | { kind: 'press'; teamId: string; user: SlackUser; pressed: Pressed; blocks: unknown[]; responseUrl: string }
  /** Signed, and nothing that is answered: the button that only opens a page. */
  | { kind: 'other'; teamId: string };

const Id = z.string().check(z.regex(/^[A-Z0-9]{1,32}$/));
const Url = z.string().check(z.maxLength(2048));

const Hello = z.object({ type: z.literal('url_verification'), challenge: z.string().check(z.maxLength(1000)) });

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
const Command = z.object({
  team_id: Id,
  user_id: Id,
  user_name: z._default(z.string(), ''),
  command: z.string(),
  text: z._default(z.string(), ''),
  response_url: Url,
});

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const Press = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id: Id }),
  user: z.object({ id: Id, username: z.optional(z.string()), name: z.optional(z.string()) }),
  response_url: z.optional(Url),
  message: z.optional(z.object({ blocks: z._default(z.array(z.unknown()), []) })),
  actions: z.array(z.object({ action_id: z.string(), value: z.optional(z.string()) })),
});

const Other = z.object({ team: z.object({ id: Id }) });

/** What a body says whose signature is right; undefined for what names no workspace. */
export function readSlackBody(contentType: string | null, body: Uint8Array): SlackPayload | undefined {
  const text = new TextDecoder().decode(body);
  if (contentType?.startsWith('application/json')) {
    const hello = Hello.safeParse(jsonOf(text));
    return hello.success ? { kind: 'hello', challenge: hello.data.challenge } : undefined;
  }
  const fields = new URLSearchParams(text);
  const payload = fields.get('payload');
  return payload === null ? commandIn(fields) : pressIn(jsonOf(payload));
}

function commandIn(fields: URLSearchParams): SlackPayload | undefined {
  const read = Command.safeParse(Object.fromEntries(fields));
  if (!read.success) return undefined;
  const { team_id: teamId, user_id: id, user_name: name, text, response_url: responseUrl } = read.data;
  return { kind: 'command', teamId, user: userOf(id, name), text: clip(text, limits.maxRequestPromptLength), responseUrl };
}

function pressIn(payload: unknown): SlackPayload | undefined {
  const read = Press.safeParse(payload);
  if (!read.success) {
    const other = Other.safeParse(payload);
    return other.success ? { kind: 'other', teamId: other.data.team.id } : undefined;
  }
  const { team, user, response_url: responseUrl, message, actions } = read.data;
  const pressed = pressedIn(actions[0]);
  if (!pressed || responseUrl === undefined) return { kind: 'other', teamId: team.id };
  return {
    kind: 'press',
    teamId: team.id,
    user: userOf(user.id, user.username ?? user.name ?? ''),
    pressed,
    blocks: message?.blocks ?? [],
    responseUrl,
  };
}

const userOf = (id: string, name: string): SlackUser => ({ id, name: clip(name.trim() || id, limits.maxPersonNameLength) });
