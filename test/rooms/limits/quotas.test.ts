import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import type { LimitsAnswer, QuotaName } from '../../../wire/organization-limits.ts';
import { makeLedgerRig, stopped } from './ledger-rig.ts';

type Rig = Awaited<ReturnType<typeof makeLedgerRig>>;

const use = async ({ browser }: Rig, quota: QuotaName) =>
  (await browser.json<LimitsAnswer>('/api/limits')).usage.find((each) => each.quota === quota);
const prompt = (rig: Rig, session: string) => rig.hook(session, 'UserPromptSubmit', { prompt: 'work' });
const fullHouse = "This organization's quota of 2 live sessions is used up; end one and try again.";

it('as many sessions live as the quota says: the next is refused at its first question, and goes on when another ends', async () => {
  const rig = await makeLedgerRig('House');
  await rig.limits({ liveSessions: 2 });
  await rig.started('house-1');
  await rig.started('house-2');
  expect(await use(rig, 'liveSessions')).toEqual({ quota: 'liveSessions', limit: 2, used: 2, state: 'spent' });
  await rig.hook('house-3', 'SessionStart', { source: 'startup' });
  expect(await prompt(rig, 'house-3')).toEqual({ decision: 'block', reason: fullHouse });
  expect(await rig.call('house-3', 't1')).toEqual(stopped(fullHouse));
  const refused = await rig.sessionOf('claude-code', 'house-3');
  expect(refused?.hold).toBeUndefined();
  const { items } = await rig.events(refused?.id ?? '');
  expect(items.find(({ type }) => type === 'tool.started')).toMatchObject({ refused: { because: 'quota_exceeded' } });
  expect(await rig.call('house-1', 't1')).toEqual({});
  await rig.hook('house-1', 'SessionEnd', { reason: 'other' });
  await vi.waitUntil(async () => (await use(rig, 'liveSessions'))?.used === 1);
  await evictDurableObject(rig.room(refused?.id ?? ''));
  await evictDurableObject(rig.ledger());
  expect(await rig.call('house-3', 't1')).toEqual({});
  expect(await rig.call('house-1', 't2')).toEqual(stopped(fullHouse));
});

it('thirty sessions that begin at once are as many as there is room for', async () => {
  const rig = await makeLedgerRig('Rush');
  await rig.limits({ liveSessions: 7 });
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => rig.call(`rush-${n}`, 't1')));
  const allowed = answers.filter((answer) => JSON.stringify(answer) === '{}').length;
  const unchecked = answers.filter((answer) => JSON.stringify(answer).includes('cannot be checked')).length;
  expect(allowed).toBeLessThanOrEqual(7);
  expect(allowed + unchecked).toBeGreaterThanOrEqual(7);
});

it('sessions that live when a quota is set stay, and count', async () => {
  const rig = await makeLedgerRig('Late');
  const one = await rig.started('late-1');
  await rig.started('late-2');
  await rig.limits({ liveSessions: 1 });
  await vi.waitUntil(async () => (await rig.purseOf(one.id)).policy.limits.liveSessions === 1);
  expect(await rig.call('late-1', 't1')).toEqual({});
  expect(await rig.call('late-2', 't1')).toEqual({});
  await vi.waitUntil(async () => (await use(rig, 'liveSessions'))?.used === 2);
  expect(await prompt(rig, 'late-3')).toMatchObject({ decision: 'block' });
});

it('a session that is deleted leaves its place and its bytes', async () => {
  const rig = await makeLedgerRig('Bytes');
  await rig.limits({ liveSessions: 1, storedBytes: 4000 });
  const { id } = await rig.started('bytes-1');
  const big = { type: 'message', text: 'x'.repeat(2000) };
  expect((await rig.batch('bytes-2', [big])).status).toBe(200);
  const refused = await rig.batch('bytes-2', [big]);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(await refused.json()).toMatchObject({
    code: 'quota_exceeded',
    detail: expect.stringMatching(/quota of 4 KB of stored logs is used up \(\d.*KB are stored\); delete sessions/),
  });
  const other = await rig.sessionOf('tester', 'bytes-2');
  expect(other).toMatchObject({ lastSeq: 1 });
  for (const each of [id, other?.id]) await rig.browser.call(`/api/sessions/${each}`, { method: 'DELETE' });
  expect((await rig.batch('bytes-3', [big])).status).toBe(200);
  expect(await prompt(rig, 'bytes-4')).toEqual({});
});

it('counts a day’s events exactly: what does not fit is a 429 for batches, and for an agent’s hook an answer in its words', async () => {
  const rig = await makeLedgerRig('Events');
  await rig.limits({ eventsPerDay: 10 });
  const events = (n: number) => Array.from({ length: n }, () => ({ type: 'notification' }));
  expect((await rig.batch('events-1', events(4))).status).toBe(200);
  expect((await rig.batch('events-2', events(5))).status).toBe(200);
  const refused = await rig.batch('events-1', events(2));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const reason = "This organization's quota of 10 events a day is used up (9 so far); it begins anew at midnight UTC.";
  expect(await refused.json()).toMatchObject({ code: 'quota_exceeded', detail: reason });
  expect((await rig.batch('events-1', events(1))).status).toBe(200);
  expect(await rig.call('events-3', 't1')).toEqual(stopped(reason.replace('9 so far', '10 so far')));
  expect(await use(rig, 'eventsPerDay')).toMatchObject({ used: 10, state: 'spent' });
  expect(await rig.hook('events-3', 'PostToolUse', { tool_name: 'Bash', tool_use_id: 't1' })).toEqual({});
  expect(await rig.sessionOf('claude-code', 'events-3')).toMatchObject({ refusedCount: 2, lastSeq: 0 });
});

it('a month’s cost stops the call that would cross it and holds no session; a raise is enough', async () => {
  const rig = await makeLedgerRig('Cost');
  await rig.limits({ costMicroUsdPerMonth: 50_000 });
  const { id } = await rig.started('cost-1');
  await rig.usage('cost-1', 'r1', 50_000);
  const reason = "This organization's quota of $0.05 a month is used up ($0.05 so far). Stop and summarise.";
  expect(await rig.call('cost-1', 't1')).toEqual(stopped(reason));
  expect(await use(rig, 'costMicroUsdPerMonth')).toMatchObject({ used: 50_000, state: 'spent' });
  expect(await rig.sessionOf('claude-code', 'cost-1')).toMatchObject({ status: 'running' });
  await rig.limits({ costMicroUsdPerMonth: 5_000_000 });
  await vi.waitUntil(async () => (await rig.purseOf(id)).policy.limits.costMicroUsdPerMonth === 5_000_000);
  expect(await rig.call('cost-1', 't1')).toEqual({});
});

it('without a quota nothing is asked of the ledger', async () => {
  const rig = await makeLedgerRig('None');
  const { id } = await rig.started('none-1');
  for (let n = 0; n < 5; n += 1) await rig.call('none-1', `t${n}`);
  expect(await rig.purseOf(id)).toMatchObject({ n: 0, caps: {} });
});

it('bytes are counted again by a room that was evicted', async () => {
  const rig = await makeLedgerRig('Weighed');
  const { id } = await rig.started('weighed-1');
  await rig.call('weighed-1', 't1');
  const weigh = () =>
    runInDurableObject(rig.room(id), (room) => Reflect.get(Reflect.get(room, 'core'), 'saved').state.storedBytes);
  const before = await weigh();
  await evictDurableObject(rig.room(id));
  expect(before).toBeGreaterThan(300);
  expect(await weigh()).toBe(before);
});
