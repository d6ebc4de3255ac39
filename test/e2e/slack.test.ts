import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import { checkSlackMessage } from '../adapters/slack/strict-slack.ts';
import { signedBySlack } from '../adapters/webhook-signatures.ts';
import { serious } from './axe.ts';
import { person } from './person.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from './server-process.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();
const botToken = 'xoxb-1234567890-abcdef';
const signingSecret = '0123456789abcdef0123456789abcdef';

interface Told {
  text: string;
  replace_original?: boolean;
  blocks: { type: string; elements?: { action_id: string; value?: string; url?: string }[] }[];
}

/** What Slack was asked to post, and what it was answered, after it found nothing wrong with it. */
const posted: Told[] = [];
const answered: Told[] = [];
/** Messages that were changed, by their time. */
const changed: (Told & { ts: string; channel: string })[] = [];
const wrong: string[] = [];
/** Slack, strictly: one token, messages within its limits; the first answer of all is one too many. */
const slack = createServer(async (request, response) => {
  const body = await textOf(request);
  const say = (status: number, answer: object, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer));
  const isResponse = request.url === '/response';
  if (!isResponse && request.headers.authorization !== `Bearer ${botToken}`)
    return say(200, { ok: false, error: 'invalid_auth' });
  if (request.url === '/api/auth.test')
    return say(200, { ok: true, team_id: 'T1', team: 'Acme' }, { 'x-oauth-scopes': 'chat:write,commands,channels:history' });
  try {
    const message: Told = JSON.parse(body);
    checkSlackMessage(message);
    if (isResponse && mood.isBusy) {
      mood.isBusy = false;
      return say(429, { ok: false, error: 'ratelimited' }, { 'retry-after': '1' });
    }
    if (request.url === '/api/chat.update') {
      changed.push(JSON.parse(body));
      return say(200, { ok: true });
    }
    (isResponse ? answered : posted).push(message);
    return say(200, { ok: true, channel: 'C0123456789', ts: `1.${posted.length}` });
  } catch (error) {
    wrong.push(`${request.url}: ${String(error)}`);
    return say(400, { ok: false, error: 'invalid_blocks' });
  }
}).listen(0, '127.0.0.1');
const mood = { isBusy: true };
let server: ServerProcess;
let slackUrl: string;

beforeAll(async () => {
  if (!slack.listening) await once(slack, 'listening');
  slackUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}`;
  const stateDir = temporaryFolder();
  writeFileSync(join(stateDir, 'secrets.env'), `ALLOW_LOOPBACK=1\nSLACK_API=${slackUrl}/api\n`, { mode: 0o600 });
  server = await startServerProcess({ stateDir });
});
afterAll(async () => {
  slack.close();
  await server.stop();
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += part;
  return text;
}

it('Slack is connected by its guide, somebody says there who they are, and allows a call from an alert’s message', {
  timeout: 120_000,
}, async () => {
  const account = await signUp(server.url, person('slack'));
  const page = await visit({ url: server.url, account, still: true });
  const send = async (fields: Record<string, string>) => {
    const body = new TextEncoder().encode(new URLSearchParams(fields).toString());
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...signedBySlack(signingSecret, Math.floor(Date.now() / 1000), body),
    };
    return (await fetch(door, { method: 'POST', headers, body })).status;
  };
  const user = { team_id: 'T1', user_id: 'U1', user_name: 'ada', response_url: `${slackUrl}/response` };
  const type = (text: string) => send({ ...user, command: '/flightdeck', text, trigger_id: crypto.randomUUID() });

  await page.goto(`/${account.organizationId}/settings/integrations`);
  await page.getByRole('button', { name: 'Connect Slack' }).click();
  const dialog = page.getByRole('dialog');
  const manifest = JSON.parse((await dialog.getByLabel('Manifest').textContent()) ?? '');
  const door: string = manifest.settings.interactivity.request_url;
  expect(door).toBe(`${server.url}/webhooks/slack/${account.organizationId}`);
  expect(await serious(page)).toEqual([]);
  await dialog.getByLabel('Bot token').fill(botToken);
  await dialog.getByLabel('Signing secret').fill(signingSecret);
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await dialog.getByText('Waiting to hear it').waitFor();
  expect(await type('help')).toBe(200);
  await dialog.getByText('It works: Slack was heard').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('You are nobody there yet').waitFor();
  await expect.poll(() => answered.length, { timeout: 20_000 }).toBe(1);

  await page.getByRole('button', { name: 'New channel' }).click();
  await dialog.getByRole('button', { name: /^Slack app/ }).click();
  await dialog.getByLabel('Channel', { exact: true }).fill('C0123456789');
  await dialog.getByRole('button', { name: 'Save and send a test' }).click();
  await expect.poll(() => posted.length).toBe(1);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const token = await account.ingestToken('slack');
  await account.call('POST', '/api/rules', { name: 'Ask', on: 'call', tool: 'Deploy', action: 'ask' });
  const { items: rules } = await account.call<{ items: { id: string; kind: string }[] }>('GET', '/api/alert-rules');
  const { items: channels } = await account.call<{ items: { id: string }[] }>('GET', '/api/channels');
  const rule = rules.find(({ kind }) => kind === 'call_waiting');
  await account.call('PATCH', `/api/alert-rules/${rule?.id}`, { channelIds: channels.map(({ id }) => id) });
  const hook = await fetch(`${server.url}/hooks/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent: 'tester', sessionId: 'one', events: [{ type: 'tool.started', tool: 'Deploy' }] }),
  });
  const { sessionId } = (await hook.json()) as { sessionId: string };
  await expect.poll(() => posted.length, { timeout: 30_000 }).toBe(2);
  const message = posted[1];
  const buttons = message?.blocks.at(-1)?.elements ?? [];
  expect(buttons.map(({ action_id }) => action_id)).toEqual(['flightdeck_allow', 'flightdeck_deny', 'flightdeck_open']);

  const press = () => {
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U1', username: 'ada' },
      trigger_id: crypto.randomUUID(),
      response_url: `${slackUrl}/response`,
      message,
      actions: buttons.slice(0, 1),
    };
    return send({ payload: JSON.stringify(payload) });
  };
  expect(await press()).toBe(200);
  await expect.poll(() => answered.length).toBe(2);
  const link = answered[1]?.blocks.at(-1)?.elements?.[0]?.url ?? '';
  await page.goto(link);
  await page.getByRole('heading', { name: 'Is @ada in Acme you?' }).waitFor();
  expect(await serious(page)).toEqual([]);
  await page.getByRole('button', { name: 'Yes, I am @ada' }).click();
  await page.getByText('You are @ada in Slack now').waitFor();

  expect(await press()).toBe(200);
  await expect.poll(() => answered.length).toBe(3);
  expect(answered[2]).toMatchObject({ replace_original: true, text: expect.stringContaining('Allowed by slack') });
  expect(answered[2]?.blocks.map(({ type: kind }) => kind)).toContain('context');
  const session = await account.call<{ status: string; approvals?: object[] }>('GET', `/api/sessions/${sessionId}`);
  expect(session).toMatchObject({ status: 'running' });

  // The alert is over with its call, and says the same once more where the message is.
  await expect.poll(() => changed.length, { timeout: 20_000 }).toBe(1);
  expect(changed[0]).toMatchObject({ channel: 'C0123456789', ts: '1.2', text: 'Allowed by slack in Flightdeck.' });

  // Another call is denied on the page: its message loses its buttons without anybody touching it in Slack.
  const ask = await fetch(`${server.url}/hooks/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent: 'tester', sessionId: 'two', events: [{ type: 'tool.started', tool: 'Deploy' }] }),
  });
  const { sessionId: second } = (await ask.json()) as { sessionId: string };
  await expect.poll(() => posted.at(-1)?.blocks.at(-1)?.elements?.length, { timeout: 30_000 }).toBe(3);
  const { items: alerts } = await account.call<{ items: { id: string; callId: string; sessionId: string }[] }>(
    'GET',
    '/api/alerts?state=open',
  );
  const alert = alerts.find((each) => each.sessionId === second);
  await account.call('POST', `/api/alerts/${alert?.id}/acknowledge`);
  await expect.poll(() => changed.at(-1)?.text, { timeout: 20_000 }).toBe('Acknowledged by slack.');
  await account.call('POST', `/api/sessions/${second}/approvals/${alert?.callId}`, { decision: 'deny' });
  await expect
    .poll(() => changed.at(-1)?.text, { timeout: 20_000 })
    .toBe('Acknowledged by slack. Denied by slack in Flightdeck.');
  expect(
    changed
      .at(-1)
      ?.blocks.at(-1)
      ?.elements?.map(({ action_id }) => action_id),
  ).toEqual(['flightdeck_open']);

  expect(await type(`pause ${sessionId}`)).toBe(200);
  await expect.poll(() => answered.at(-1)?.text).toBe('Paused.');
  await page.goto(`/${account.organizationId}/settings/integrations`);
  await page.getByText('You are @ada there').waitFor();
  await page.getByRole('button', { name: 'Unlink' }).click();
  await dialog.getByRole('button', { name: 'Unlink' }).click();
  await page.getByText('You are nobody there yet').waitFor();
  expect(wrong).toEqual([]);
});
