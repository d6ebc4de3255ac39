import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import type { ModelPrice, Recalculated } from '../../../wire/price.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionCosts } from '../../../wire/session-costs.ts';
import { makeLedgerRig } from './ledger-rig.ts';

type Rig = Awaited<ReturnType<typeof makeLedgerRig>>;

const price = (rig: Rig, input: number, rest: object = {}) =>
  rig.browser.json<ModelPrice>('/api/prices', {
    body: { model: 'claude-opus-*', input, output: 0, cacheRead: 0, cacheWrite: 0, from: '2020-01-01', ...rest },
  });
const recalculate = (rig: Rig, body: object = {}) =>
  rig.browser.json<Recalculated>('/api/prices/recalculate', { body: { from: '2020-01-01', ...body } });
const costs = (rig: Rig, id: string) => rig.browser.json<SessionCosts>(`/api/sessions/${id}/costs`);

it('a new price is in force in every live session, after an eviction, too, and beats what the agent says', async () => {
  const rig = await makeLedgerRig('Priced');
  const session = await rig.started('priced-1');
  await rig.usage('priced-1', 'r1', 7, 1_000_000);
  const { id } = await price(rig, 50);
  await vi.waitUntil(async () => (await rig.purseOf(session.id)).policy.prices.length === 1);
  await evictDurableObject(rig.room(session.id));
  await rig.usage('priced-1', 'r2', 7, 1_000_000);
  expect(await costs(rig, session.id)).toMatchObject({
    costMicroUsd: 57,
    models: [{ name: 'claude-opus-5-5', calls: 2, costMicroUsd: 57 }],
  });
  const { items } = await rig.events(session.id);
  expect(items.at(-1)).toMatchObject({ costMicroUsd: 50, usage: { pricedBy: 'organization', agentMicroUsd: 7 } });
  await rig.browser.call(`/api/prices/${id}`, { method: 'DELETE' });
});

it('what a session used before its room knew the prices is priced by them at once, and its log says so', async () => {
  const rig = await makeLedgerRig('Early');
  await price(rig, 50);
  await rig.usage('early-1', 'r1', 7, 1_000_000);
  await vi.waitUntil(async () => (await rig.sessionOf('claude-code', 'early-1'))?.costMicroUsd === 50);
  const { id } = (await rig.sessionOf('claude-code', 'early-1')) as SessionSummary;
  const { items } = await rig.events(id);
  expect(items.at(-1)).toMatchObject({
    type: 'control',
    control: { action: 'repriced', deltaMicroUsd: 43 },
    text: expect.stringContaining('$0.000043 more'),
  });
});

it('a recalculation corrects live and archived sessions once, moves their budgets, and leaves their events as they were', async () => {
  const rig = await makeLedgerRig('Again');
  const [live, over] = [await rig.started('again-live'), await rig.started('again-over')];
  const budget = await rig.budget({ limit: 1_000_000, action: 'warn' });
  for (const { id } of [live, over]) await rig.known(id, budget);
  for (const name of ['again-live', 'again-over']) await rig.usage(name, 'r1', 7, 1_000_000);
  await rig.hook('again-over', 'SessionEnd', { reason: 'other' });
  for (const { id } of [live, over]) await rig.later(id, 0.1);
  await rig.later(over.id, 2);
  await rig.later(over.id, 2);
  const { objects } = await env.ARCHIVE.list({ prefix: `${rig.account.organization.id}/sessions/${over.id}/` });
  expect(objects).toHaveLength(1);
  const before = await rig.events(over.id);
  await price(rig, 50);

  expect(await recalculate(rig, { dryRun: true })).toEqual({ sessions: 2, changed: 2, deltaMicroUsd: 86, nextCursor: null });
  expect(await costs(rig, over.id)).toMatchObject({ costMicroUsd: 7 });
  expect(await recalculate(rig, { from: '2999-01-01' })).toMatchObject({ sessions: 0 });
  await evictDurableObject(rig.room(over.id));
  expect(await recalculate(rig)).toEqual({ sessions: 2, changed: 2, deltaMicroUsd: 86, nextCursor: null });
  expect(await recalculate(rig)).toEqual({ sessions: 2, changed: 0, deltaMicroUsd: 0, nextCursor: null });

  for (const { id } of [live, over]) {
    await evictDurableObject(rig.room(id));
    expect(await costs(rig, id)).toMatchObject({ costMicroUsd: 50, models: [{ costMicroUsd: 50 }] });
  }
  const after = await rig.events(over.id);
  expect(after.items.slice(0, -1)).toEqual(before.items);
  expect(after.items.at(-1)).toMatchObject({ control: { action: 'repriced', deltaMicroUsd: 43, by: { name: 'Again' } } });
  const { items } = await rig.browser.json<{ items: SessionSummary[] }>('/api/sessions');
  expect(items.map(({ costMicroUsd }) => costMicroUsd)).toEqual([50, 50]);
  for (const { id } of [live, over]) await rig.later(id, 0.1);
  expect(await rig.standing(budget.id)).toMatchObject({ spent: 100 });
});

it('without its price a session goes back to what the agent said', async () => {
  const rig = await makeLedgerRig('Back');
  const { id } = await price(rig, 50);
  const session = await rig.started('back-1');
  await rig.usage('back-1', 'r1', 7, 1_000_000);
  await rig.later(session.id, 0.1);
  await rig.browser.call(`/api/prices/${id}`, { method: 'DELETE' });
  expect(await costs(rig, session.id)).toMatchObject({ costMicroUsd: 50 });
  expect(await recalculate(rig)).toMatchObject({ changed: 1, deltaMicroUsd: -43 });
  expect(await costs(rig, session.id)).toMatchObject({ costMicroUsd: 7 });
});
