import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import type { SlackApp } from '../../../wire/slack.ts';
import { checkSlackMessage } from '../../adapters/slack/strict-slack.ts';
import { signedBySlack } from '../../adapters/webhook-signatures.ts';
import { makeRig, origin } from '../../rooms/rig.ts';

export const signingSecret = '0123456789abcdef0123456789abcdef';
export const botToken = 'xoxb-1234567890';

/** What was answered at a response address. */
export interface Answered {
  at: string;
  body: { text: string; replace_original: boolean; response_type?: string; blocks: object[] };
}

/** What Slack was told, by whichever organization; and how it takes what comes next, where not well. */
const answers: Answered[] = [];
const posted: Answered['body'][] = [];
const mood: { next: (() => Response | Promise<Response>)[] } = { next: [] };

/** Slack, as far as we call it: it knows one token, and takes nothing that is no message. */
function standInForSlack(): void {
  if (vi.isMockFunction(globalThis.fetch)) return;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { url, headers, body } = await read(input, init);
    const failing = mood.next.shift();
    if (failing) return failing();
    if (url.startsWith('nowhere://slack/')) return slackApi(url.slice('nowhere://slack/'.length), headers, body);
    expect(url).toMatch(/^https:\/\/hooks\.slack\.com\//);
    checkSlackMessage(body);
    answers.push({ at: url, body: body as Answered['body'] });
    return new Response('ok');
  });
}

/** An organization that may have a Slack app in the workspace T1. */
export async function makeSlackRig(name: string) {
  const rig = await makeRig(name);
  const organizationId = rig.account.organization.id;
  standInForSlack();
  const desk = () => env.SLACK_DESK.getByName(organizationId);
  const raw = (sent: Uint8Array<ArrayBuffer>, headers: Record<string, string>, organization = organizationId) =>
    exports.default.fetch(`${origin}/webhooks/slack/${organization}`, { method: 'POST', headers, body: sent });
  const bytes = (text: string) => new TextEncoder().encode(text);
  const form = 'application/x-www-form-urlencoded';
  /** What Slack does with anything that it sends. */
  const send = (text: string, contentType = form, secret = signingSecret) => {
    const body = bytes(text);
    return raw(body, { 'content-type': contentType, ...signedBySlack(secret, Math.floor(Date.now() / 1000), body) });
  };
  const responseUrl = () => `https://hooks.slack.com/actions/T1/${crypto.randomUUID()}`;
  const commandBody = (text: string, over: Record<string, string> = {}) =>
    new URLSearchParams({
      team_id: 'T1',
      user_id: 'U1',
      user_name: 'ada',
      command: '/flightdeck',
      text,
      response_url: responseUrl(),
      trigger_id: crypto.randomUUID(),
      ...over,
    }).toString();
  const pressBody = (action: string, value: object, over: object = {}) => {
    const payload = {
      type: 'block_actions',
      team: { id: 'T1', domain: 'acme' },
      user: { id: 'U1', username: 'ada', team_id: 'T1' },
      trigger_id: crypto.randomUUID(),
      response_url: responseUrl(),
      message: { ts: '1.2', text: 'Waits', blocks: messageBlocks },
      actions: [
        { type: 'button', action_id: `flightdeck_${action}`, block_id: 'b', value: JSON.stringify(value), action_ts: '1' },
      ],
      ...over,
    };
    return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  };
  /** Lets the desk answer what is due; it may have begun by itself. */
  const workOff = async () => {
    await runDurableObjectAlarm(desk());
    await vi.waitUntil(() =>
      runInDurableObject(desk(), (_, { storage }) => {
        const due = storage.sql.exec('SELECT 1 FROM task WHERE next_at <= ?', Date.now()).toArray();
        return due.length === 0;
      }),
    );
  };
  return {
    ...rig,
    organizationId,
    desk,
    raw,
    send,
    bytes,
    commandBody,
    pressBody,
    workOff,
    answers,
    posted,
    mood,
    connect: () => rig.browser.json<SlackApp>('/api/slack', { method: 'PUT', body: { botToken, signingSecret } }),
    /** Types a command and answers what Slack was told. */
    type: async (text: string, over: Record<string, string> = {}) => {
      expect((await send(commandBody(text, over))).status).toBe(200);
      await workOff();
      return answers.at(-1)?.body;
    },
    /** Presses a button and answers what Slack was told. */
    press: async (action: string, value: object, over: object = {}) => {
      expect((await send(pressBody(action, value, over))).status).toBe(200);
      await workOff();
      return answers.at(-1)?.body;
    },
    /** Ties the Slack user U1 to whoever `by` is. */
    link: async (by = rig.browser, user = { user_id: 'U1', user_name: 'ada' }) => {
      expect((await send(commandBody('sessions', user))).status).toBe(200);
      await workOff();
      const [, secret] = /\/slack\/([\w-]{43})/.exec(JSON.stringify(answers.at(-1)?.body)) ?? [];
      return by.json(`/api/slack/links/${secret}`, { method: 'POST', body: {} });
    },
  };
}
export type SlackRig = Awaited<ReturnType<typeof makeSlackRig>>;

/** A message as Slack gives it back. */
export const messageBlocks = [
  { type: 'header', block_id: 'h', text: { type: 'plain_text', text: '⚠️ It waits', emoji: true } },
  { type: 'section', block_id: 's', text: { type: 'mrkdwn', text: 'Bash: rm -rf /', verbatim: false } },
  {
    type: 'actions',
    block_id: 'a',
    elements: [
      { type: 'button', action_id: 'flightdeck_allow', text: { type: 'plain_text', text: 'Allow' }, value: '{}' },
      {
        type: 'button',
        action_id: 'flightdeck_open',
        text: { type: 'plain_text', text: 'Open' },
        url: 'https://flightdeck.test/',
      },
    ],
  },
];

async function read(input: RequestInfo | URL, init?: RequestInit) {
  const text = init?.body === undefined ? '' : String(init.body);
  return { url: String(input), headers: new Headers(init?.headers), body: text === '' ? {} : (JSON.parse(text) as object) };
}

function slackApi(method: string, headers: Headers, body: object): Response {
  if (headers.get('authorization') !== `Bearer ${botToken}`) return Response.json({ ok: false, error: 'invalid_auth' });
  if (method === 'auth.test')
    return Response.json({ ok: true, team_id: 'T1', team: 'Acme' }, { headers: { 'x-oauth-scopes': 'chat:write,commands' } });
  expect(method).toBe('chat.postMessage');
  checkSlackMessage(body);
  posted.push(body as Answered['body']);
  return Response.json({ ok: true, ts: '1.2' });
}
