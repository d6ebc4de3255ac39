import { evictDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import { makeLedgerRig } from './ledger-rig.ts';

it('a tool’s rate is charged when its call ends, once, and adds to the session and to its budgets', async () => {
  const rig = await makeLedgerRig('Rates');
  const session = await rig.started('rates-1');
  const budget = await rig.budget({ limit: 1_000_000 });
  await rig.browser.json('/api/rates/bash', { method: 'PUT', body: { perExecutionMicroUsd: 1000, perKbMicroUsd: 100 } });
  await vi.waitUntil(async () => (await rig.purseOf(session.id)).policy.rates.bash);
  await rig.usage('rates-1', 'r1', 5000);
  await rig.call('rates-1', 't1');
  const ended = { tool_name: 'Bash', tool_use_id: 't1', tool_response: { stdout: 'x'.repeat(1500) } };
  await rig.hook('rates-1', 'PostToolUse', ended);
  await rig.hook('rates-1', 'PostToolUse', ended);
  expect(await rig.sessionOf('claude-code', 'rates-1')).toMatchObject({ costMicroUsd: 6200 });
  const { items } = await rig.events(session.id);
  expect(items.find(({ type }) => type === 'tool.finished')).toMatchObject({ costMicroUsd: 1200 });
  expect(items.find(({ type }) => type === 'tool.started')).toMatchObject({ reservedToolMicroUsd: 1000 });
  await evictDurableObject(rig.room(session.id));
  expect(await rig.sessionOf('claude-code', 'rates-1')).toMatchObject({ costMicroUsd: 6200 });
  expect((await rig.standing(budget.id)).reserved).toBeGreaterThan(0);
});

it('a tool without a rate costs nothing', async () => {
  const rig = await makeLedgerRig('Unrated');
  const session = await rig.started('unrated-1');
  await rig.call('unrated-1', 't1');
  await rig.hook('unrated-1', 'PostToolUse', { tool_name: 'Bash', tool_use_id: 't1', tool_response: {} });
  const { items } = await rig.events(session.id);
  expect(items.find(({ type }) => type === 'tool.finished')).not.toHaveProperty('costMicroUsd');
  expect(await rig.sessionOf('claude-code', 'unrated-1')).toMatchObject({ costMicroUsd: 0 });
});
