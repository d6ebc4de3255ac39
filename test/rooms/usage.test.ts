import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, expect, it } from 'vitest';
import type { SessionSummary } from '../../wire/session.ts';
import logs from '../fixtures/agents/claude-code/_otlp-logs.json';
import metrics from '../fixtures/agents/claude-code/_otlp-metrics.json';
import { makeRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Usage');
});

/** A recorded export whose sessions are renamed, so that each test has its own. */
const renamed = (bodies: unknown, prefix: string) =>
  ([bodies].flat() as unknown[]).map((body) =>
    JSON.parse(JSON.stringify(body).replaceAll(/("key":"session\.id","value":\{"stringValue":")/g, `$1${prefix}-`)),
  );

const total = (sessions: SessionSummary[], of: (session: SessionSummary) => number) =>
  sessions.map(of).reduce((sum, n) => sum + n, 0);

async function sessionsOf(prefix: string): Promise<SessionSummary[]> {
  const ids = new Set<string>();
  for (const body of renamed(logs, prefix)) {
    for (const [, id] of JSON.stringify(body).matchAll(/"key":"session\.id","value":\{"stringValue":"([^"]+)"/g))
      if (id) ids.add(id);
  }
  const found = await Promise.all([...ids].map((id) => rig.sessionOf('claude-code', id)));
  return found.filter((session) => session !== null);
}

async function send(signal: string, bodies: unknown[]): Promise<void> {
  for (const body of bodies) expect((await rig.post(`/otlp/v1/${signal}`, body)).status).toBe(200);
}

it('charges each model call once, at the cost that the client reports, however often an export is repeated', async () => {
  await send('logs', renamed(logs, 'once'));
  const before = await sessionsOf('once');
  expect(before.length).toBeGreaterThan(0);
  expect(total(before, (session) => session.costMicroUsd)).toBeGreaterThan(0);
  for (const { id } of before) await evictDurableObject(rig.room(id));
  await send('logs', renamed(logs, 'once'));
  expect(await sessionsOf('once')).toEqual(before);
});

it('lets metrics stand in only until a log tells the same calls', async () => {
  await send('metrics', renamed(metrics, 'both'));
  const provisional = await sessionsOf('both');
  expect(total(provisional, ({ tokens }) => tokens.input)).toBeGreaterThan(0);
  await send('logs', renamed(logs, 'both'));
  await send('logs', renamed(logs, 'only'));
  const sum = (sessions: SessionSummary[]) => total(sessions, ({ costMicroUsd }) => costMicroUsd);
  expect(sum(await sessionsOf('both'))).toBe(sum(await sessionsOf('only')));
});

it('joins the session that the hooks told of, whichever comes first', async () => {
  const [body] = renamed(logs, 'joined');
  const [, sessionId] = /"key":"session\.id","value":\{"stringValue":"([^"]+)"/.exec(JSON.stringify(body)) ?? [];
  await send('logs', [body]);
  await rig.hook({ session_id: sessionId, hook_event_name: 'UserPromptSubmit', prompt: 'say hi' });
  expect(await rig.sessionOf('claude-code', sessionId ?? '')).toMatchObject({ title: 'say hi', agent: 'claude-code' });
});

it('says unpriced of a model without a price, never free', async () => {
  const usage = { input: 10, output: 10, cacheRead: 0, cacheWrite: 0, model: 'home-made-1' };
  await rig.batch('unpriced', [{ type: 'usage', usage }]);
  expect(await rig.sessionOf('tester', 'unpriced')).toMatchObject({ unpricedCalls: 1, costMicroUsd: 0, tokens: { input: 10 } });
});

it('answers protobuf in protobuf, and names what it cannot read', async () => {
  const empty = await rig.post('/otlp/v1/logs', '', { 'content-type': 'application/x-protobuf' });
  expect([empty.status, empty.headers.get('content-type'), await empty.text()]).toEqual([200, 'application/x-protobuf', '']);
  expect((await rig.post('/otlp/v1/logs', '{')).status).toBe(400);
  expect((await rig.post('/otlp/v1/profiles', {})).status).toBe(400);
});
