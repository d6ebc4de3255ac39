import { evictDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import { makeLedgerRig, stopped } from './ledger-rig.ts';

const fiveMinutes = 5 / 60;

it('a session that ran too long is held by the alarm of an evicted room, and goes on when a person resumes it', async () => {
  const rig = await makeLedgerRig('Overtime');
  const { id } = await rig.started('long');
  await rig.limits({ executionTimeoutMs: 120_000 });
  await vi.waitUntil(async () => (await rig.purseOf(id)).policy.limits.executionTimeoutMs === 120_000);
  expect(await rig.call('long', 't1')).toEqual({});
  await evictDurableObject(rig.room(id));
  await rig.later(id, fiveMinutes);
  await rig.later(id, fiveMinutes);
  const reason =
    'This session has run for 2 minutes, as long as it may. Stop and summarise; a person can resume it in Flightdeck.';
  expect(await rig.sessionOf('claude-code', 'long')).toMatchObject({
    status: 'timed_out',
    hold: { because: 'timed_out', reason },
  });
  const { items } = await rig.events(id);
  expect(items.filter(({ control }) => control?.action === 'timed_out')).toHaveLength(1);
  await evictDurableObject(rig.room(id));
  expect(await rig.call('long', 't2')).toEqual(stopped(reason));
  await rig.browser.json(`/api/sessions/${id}/control`, { body: { action: 'resume' } });
  expect(await rig.call('long', 't2')).toEqual({});
  await rig.later(id, 1 / 60);
  expect(await rig.sessionOf('claude-code', 'long')).toMatchObject({ status: 'running' });
});

it('an agent that says nothing is given up after the organization’s own time, and comes back when it speaks', async () => {
  const rig = await makeLedgerRig('Silent');
  await rig.limits({ silenceTimeoutMs: 60_000 });
  const { id } = await rig.started('silent');
  await rig.later(id, fiveMinutes);
  await rig.later(id, fiveMinutes);
  const { items } = await rig.events(id);
  expect(items.map(({ text }) => text)).toEqual(['work', 'closed after 1 minute without a word']);
  expect(await rig.sessionOf('claude-code', 'silent')).toMatchObject({ status: 'timed_out' });
  expect(await rig.call('silent', 't1')).toEqual({});
});
