import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import type { SessionSummary } from '../../../wire/session.ts';
import { makeLedgerRig, stopped } from './ledger-rig.ts';

type Rig = Awaited<ReturnType<typeof makeLedgerRig>>;

/** A child session that has begun and been answered; its parent is named as our command hook does it. */
async function child(rig: Rig, name: string, parent: unknown): Promise<SessionSummary> {
  await rig.post('/hooks/events', {
    agent: 'claude-code',
    sessionId: name,
    parent,
    events: [{ type: 'prompt', text: 'a part' }],
  });
  const summary = await vi.waitUntil(() => rig.sessionOf('claude-code', name));
  await vi.waitUntil(async () => (await rig.purseOf(summary.id)).isRegistered);
  return (await rig.sessionOf('claude-code', name)) ?? summary;
}

const own = (rig: Rig, id: string, limitMicroUsd: number | null) =>
  rig.browser.json<SessionSummary>(`/api/sessions/${id}/budget`, { method: 'PUT', body: { limitMicroUsd } });

const sharedBy = async (rig: Rig, id: string): Promise<{ limit: number }[]> =>
  (await rig.purseOf(id)).policy.family?.budgets ?? [];

const familySpent = (spent: string, limit = '$0.10') =>
  stopped(
    `The budget of ${limit} for a session together with its child sessions is spent (${spent} so far). Stop and summarise.`,
  );

it('what child sessions spend counts toward their parent’s own budget, and a raise there lets all of them go on', async () => {
  const rig = await makeLedgerRig('Parent');
  const parent = await rig.started('parent');
  await own(rig, parent.id, 100_000);
  await rig.usage('parent', 'r1', 30_000);
  await rig.call('parent', 't1');
  const first = await child(rig, 'first', parent.id);
  const second = await child(rig, 'second', { agent: 'claude-code', sessionId: 'parent' });
  expect([first.parentId, second.parentId]).toEqual([parent.id, parent.id]);
  await rig.usage('first', 'r1', 20_000);
  expect(await rig.call('first', 't1')).toEqual({});
  await rig.usage('first', 'r2', 20_000);
  // 70,000 are spent, 30,000 set aside for the parent's next model call.
  expect(await rig.call('second', 't1')).toEqual(familySpent('$0.07'));
  expect(await rig.call('first', 't2')).toEqual(familySpent('$0.07'));
  await own(rig, parent.id, 500_000);
  for (const { id } of [first, second]) {
    await vi.waitUntil(async () => (await sharedBy(rig, id))[0]?.limit === 500_000);
  }
  expect(await rig.call('second', 't1')).toEqual({});
  expect(await rig.call('first', 't2')).toEqual({});
});

it('the parent is stopped by what its children spent, through evictions of everybody', async () => {
  const rig = await makeLedgerRig('Evictee');
  const parent = await rig.started('evictee');
  await own(rig, parent.id, 100_000);
  const { id } = await child(rig, 'evictee-child', 'claude-code/evictee');
  await rig.usage('evictee-child', 'r1', 99_999);
  await rig.call('evictee-child', 't1');
  for (const object of [rig.room(parent.id), rig.room(id), rig.ledger()]) await evictDurableObject(object);
  await rig.usage('evictee', 'r1', 20_000);
  expect(await rig.call('evictee', 't1')).toEqual(familySpent('$0.119999'));
  expect((await rig.sessionOf('claude-code', 'evictee'))?.hold?.budgetId).toContain(parent.id);
});

it('what each session gets is shared with its children too, and a grandchild counts toward all above it', async () => {
  const rig = await makeLedgerRig('Clan');
  const budget = await rig.budget({ scope: 'session', window: 'session', limit: 100_000 });
  const root = await rig.started('clan');
  await rig.known(root.id, budget);
  const middle = await child(rig, 'clan-child', root.id);
  const leaf = await child(rig, 'clan-grandchild', middle.id);
  expect(await sharedBy(rig, leaf.id)).toHaveLength(2);
  await rig.usage('clan', 'r1', 10_000);
  await rig.call('clan', 't1');
  await rig.usage('clan-child', 'r1', 30_000);
  await rig.call('clan-child', 't1');
  await rig.usage('clan-grandchild', 'r1', 15_000);
  // Of its own 100,000, and of what its parent shares with it, there is enough left.
  expect(await rig.call('clan-grandchild', 't1')).toMatchObject({ continue: false });
  await rig.raise(budget.id, 1_000_000);
  await vi.waitUntil(async () => (await sharedBy(rig, leaf.id)).every(({ limit }) => limit === 1_000_000));
  expect(await rig.call('clan-grandchild', 't1')).toEqual({});
});

it('one limit that takes another’s place finds what the family has spent so far', async () => {
  const rig = await makeLedgerRig('Heir');
  const budget = await rig.budget({ scope: 'session', window: 'session', limit: 100_000 });
  const parent = await rig.started('heir');
  await rig.known(parent.id, budget);
  const { id } = await child(rig, 'heir-child', parent.id);
  await rig.usage('heir', 'r1', 40_000);
  await rig.call('heir', 't1');
  await rig.usage('heir-child', 'r1', 10_000);
  await rig.call('heir-child', 't1');
  await own(rig, parent.id, 90_001);
  await vi.waitUntil(async () => (await sharedBy(rig, id))[0]?.limit === 90_001);
  // 50,000 spent, 40,000 and 10,000 set aside: nothing is left.
  expect(await rig.call('heir-child', 't2')).toMatchObject({ continue: false });
});

it('a child that is deleted leaves what it spent; a parent that is deleted holds its children no longer', async () => {
  const rig = await makeLedgerRig('Orphan');
  const parent = await rig.started('orphan');
  await own(rig, parent.id, 50_000);
  const gone = await child(rig, 'orphan-gone', parent.id);
  const { id } = await child(rig, 'orphan-left', parent.id);
  await rig.usage('orphan-gone', 'r1', 49_999);
  await rig.call('orphan-gone', 't1');
  await rig.browser.call(`/api/sessions/${gone.id}`, { method: 'DELETE' });
  await rig.usage('orphan-left', 'r1', 10);
  expect(await rig.call('orphan-left', 't1')).toMatchObject({ continue: false });
  await rig.browser.call(`/api/sessions/${parent.id}`, { method: 'DELETE' });
  await vi.waitUntil(async () => (await sharedBy(rig, id)).length === 0);
  expect(await rig.call('orphan-left', 't1')).toEqual({});
  const late = await child(rig, 'orphan-late', parent.id);
  expect(late.parentId).toBeNull();
});

it('a parent that is not known here is ignored, and the timeline says so', async () => {
  const rig = await makeLedgerRig('Stranger');
  const elsewhere = await makeLedgerRig('Elsewhere');
  const foreign = await elsewhere.started('foreign');
  for (const [name, parent] of [
    ['of-foreign', foreign.id],
    ['of-nobody', 'some words'],
    ['of-itself', 'claude-code/of-itself'],
  ] as const) {
    const { id, parentId } = await child(rig, name, parent);
    expect(parentId).toBeNull();
    const { items } = await rig.events(id);
    expect(items.filter(({ control }) => control?.action === 'parent_ignored')).toMatchObject([
      { text: expect.stringContaining('is not taken as its parent') },
    ]);
    expect(await rig.call(name, 't1')).toEqual({});
  }
});

it('a native hook names its parent in a header, before its first call is judged', async () => {
  const rig = await makeLedgerRig('Header');
  const parent = await rig.started('header');
  await own(rig, parent.id, 0);
  const call = {
    session_id: 'header-child',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_use_id: 't1',
    tool_input: {},
  };
  const answer = await rig.post('/hooks/claude-code', call, { 'x-flightdeck-parent': parent.id });
  expect(await answer.json()).toMatchObject({ continue: false });
  expect(await rig.sessionOf('claude-code', 'header-child')).toMatchObject({ parentId: parent.id });
});

it('a parent that cannot be asked holds its child, and lets it go once it answers', async () => {
  const rig = await makeLedgerRig('Deaf');
  const parent = await rig.started('deaf');
  await own(rig, parent.id, 1_000_000);
  await runInDurableObject(rig.ledger(), (ledger) => {
    const ports = Reflect.get(Reflect.get(ledger, 'core'), 'ports');
    ports.ownLimits = () => Promise.reject(new Error('no answer'));
  });
  await child(rig, 'deaf-child', parent.id);
  expect(await rig.call('deaf-child', 't1')).toEqual(
    stopped(
      'The budget of the session that started this one cannot be checked at the moment. Stop here and try again in a minute.',
    ),
  );
  await evictDurableObject(rig.ledger());
  const { id } = (await rig.sessionOf('claude-code', 'deaf-child')) ?? parent;
  await rig.alarmAfter(id, 60_000);
  expect(await rig.call('deaf-child', 't1')).toEqual({});
  expect(await rig.sessionOf('claude-code', 'deaf-child')).toMatchObject({ parentId: parent.id });
});

it('a session without children pays nothing for those that have some', async () => {
  const rig = await makeLedgerRig('Single');
  const single = await rig.started('single');
  await own(rig, single.id, 1_000_000);
  const before = await rig.purseOf(single.id);
  const parent = await rig.started('single-other');
  await own(rig, parent.id, 1_000_000);
  await child(rig, 'single-child', parent.id);
  for (let n = 0; n < 5; n += 1) await rig.call('single', `t${n}`);
  await own(rig, single.id, 2_000_000);
  expect(await rig.purseOf(single.id)).toEqual(before);
  const kin = await runInDurableObject(rig.ledger(), (_, { storage }) => storage.sql.exec('SELECT room FROM kin').toArray());
  expect(kin.map(({ room }) => room)).not.toContain(single.id);
});
