import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import { makeLedgerRig, stopped } from './ledger-rig.ts';

it('a budget of the organization stops the agent at the call that would cross it, and a raise lets the same session go on', async () => {
  const rig = await makeLedgerRig('Ada');
  const session = await rig.started('ada-1');
  const budget = await rig.budget({ limit: 50_000 });
  await rig.known(session.id, budget);
  await rig.usage('ada-1', 'r1', 20_000);
  expect(await rig.call('ada-1', 't1')).toEqual({});
  await rig.usage('ada-1', 'r2', 20_000);
  const reason = 'The budget of $0.05 for this organization is spent ($0.04 so far). Stop and summarise.';
  expect(await rig.call('ada-1', 't2')).toEqual(stopped(reason));
  expect(await rig.sessionOf('claude-code', 'ada-1')).toMatchObject({ status: 'budget_exceeded' });
  expect(await rig.standing(budget.id)).toMatchObject({
    spent: 40_000,
    state: 'soft',
    bites: [{ kind: 'soft' }, { kind: 'hard' }],
  });
  await rig.raise(budget.id, 5_000_000);
  await vi.waitUntil(async () => (await rig.sessionOf('claude-code', 'ada-1'))?.status === 'running');
  expect(await rig.call('ada-1', 't2')).toEqual({});
});

it('a raise reaches the room from the ledger alone', async () => {
  const rig = await makeLedgerRig('Down');
  const session = await rig.started('down-1');
  const budget = await rig.budget({ limit: 0 });
  await rig.known(session.id, budget);
  expect(await rig.call('down-1', 't1')).toMatchObject({ continue: false });
  await rig.ledger().edit(budget.id, { limit: 1_000_000 });
  await vi.waitUntil(async () => (await rig.purseOf(session.id)).policy.budgets[0]?.limit === 1_000_000);
  expect(await rig.call('down-1', 't1')).toEqual({});
});

it('the tightest of several budgets is the one that is named', async () => {
  const rig = await makeLedgerRig('Tight');
  const session = await rig.started('tight-1');
  await rig.budget({ limit: 90_000 });
  const tight = await rig.budget({ scope: 'project', scopeId: rig.account.project.id, window: 'day', limit: 10_000 });
  await rig.budget({ scope: 'user', scopeId: rig.account.user.id, window: 'month', limit: 50_000 });
  await vi.waitUntil(async () => (await rig.purseOf(session.id)).policy.budgets.length === 3);
  await rig.usage('tight-1', 'r1', 100_000);
  const reason = 'The budget of $0.01 a day for this project is spent ($0.10 so far). Stop and summarise.';
  expect(await rig.call('tight-1', 't1')).toEqual(stopped(reason));
  expect(await rig.standing(tight.id)).toMatchObject({ state: 'spent', spent: 100_000 });
});

it('counts tokens for those who pay by subscription', async () => {
  const rig = await makeLedgerRig('Tokens');
  const session = await rig.started('tokens-1');
  await rig.known(session.id, await rig.budget({ limit: 1500, unit: 'tokens' }));
  await rig.usage('tokens-1', 'r1', 1, 1000);
  const reason = 'The budget of 1,500 tokens for this organization is spent (1,000 tokens so far). Stop and summarise.';
  expect(await rig.call('tokens-1', 't1')).toEqual(stopped(reason));
});

it('that only warns refuses nothing and is shown as crossed; one that pauses waits for a person', async () => {
  const rig = await makeLedgerRig('Warn');
  const session = await rig.started('warn-1');
  const warn = await rig.budget({ limit: 1000, action: 'warn' });
  await rig.known(session.id, warn);
  await rig.usage('warn-1', 'r1', 5000);
  expect(await rig.call('warn-1', 't1')).toEqual({});
  const pause = await rig.budget({ limit: 5000, action: 'pause' });
  await rig.known(session.id, pause);
  expect(await rig.call('warn-1', 't2')).toMatchObject({
    continue: false,
    stopReason: expect.stringContaining('wait to be resumed'),
  });
  const paused = { status: 'paused', hold: { because: 'paused', budgetId: pause.id } };
  expect(await rig.sessionOf('claude-code', 'warn-1')).toMatchObject(paused);
  expect(await rig.standing(warn.id)).toMatchObject({ state: 'spent' });
  await rig.known(session.id, await rig.raise(pause.id, 50_000));
  expect(await rig.sessionOf('claude-code', 'warn-1')).toMatchObject(paused);
});

it('money that one session holds and does not use comes back before another is refused', async () => {
  const rig = await makeLedgerRig('Recall');
  const [one, two] = [await rig.started('recall-1'), await rig.started('recall-2')];
  const budget = await rig.budget({ limit: 100_000 });
  for (const { id } of [one, two]) await rig.known(id, budget);
  await rig.usage('recall-1', 'r1', 10_000);
  await rig.usage('recall-2', 'r1', 10_000);
  await rig.call('recall-1', 't1');
  expect((await rig.standing(budget.id)).reserved).toBeGreaterThan(10_000);
  await rig.usage('recall-2', 'r2', 60_000);
  // 80,000 are spent and 10,000 set aside; what is left lies idle in the first session's room.
  await rig.raise(budget.id, 117_000);
  await vi.waitUntil(async () => (await rig.purseOf(two.id)).policy.budgets[0]?.limit === 117_000);
  expect(await rig.call('recall-2', 't1')).toEqual({});
});

it('a room that was evicted knows its lease, and gives it back when its session ends', async () => {
  const rig = await makeLedgerRig('Evicted');
  const session = await rig.started('evicted-1');
  const budget = await rig.budget({ limit: 1_000_000 });
  await rig.known(session.id, budget);
  await rig.usage('evicted-1', 'r1', 10_000);
  await rig.call('evicted-1', 't1');
  await evictDurableObject(rig.room(session.id));
  await evictDurableObject(rig.ledger());
  await rig.call('evicted-1', 't2');
  expect((await rig.standing(budget.id)).reserved).toBeGreaterThan(0);
  await rig.hook('evicted-1', 'SessionEnd', { reason: 'other' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
  await runDurableObjectAlarm(rig.room(session.id));
  vi.useRealTimers();
  expect(await rig.standing(budget.id)).toMatchObject({ spent: 10_000, reserved: 0 });
});

it('a session that is deleted leaves what it spent and nothing that it held', async () => {
  const rig = await makeLedgerRig('Deleted');
  const session = await rig.started('deleted-1');
  const budget = await rig.budget({ limit: 1_000_000 });
  await rig.known(session.id, budget);
  await rig.usage('deleted-1', 'r1', 10_000);
  await rig.call('deleted-1', 't1');
  await rig.browser.call(`/api/sessions/${session.id}`, { method: 'DELETE' });
  expect(await rig.standing(budget.id)).toMatchObject({ spent: 10_000, reserved: 0 });
});

it('a session that no budget counts asks nobody and writes nothing more', async () => {
  const rig = await makeLedgerRig('Free');
  const session = await rig.started('free-1');
  await rig.budget({ scope: 'user', scopeId: rig.account.user.id, limit: 1, action: 'warn' });
  const other = await makeLedgerRig('Freer');
  const { id } = await other.started('freer-1');
  const before = await other.purseOf(id);
  for (let n = 0; n < 20; n += 1) await other.call('freer-1', `t${n}`);
  expect(await other.purseOf(id)).toEqual({ ...before });
  expect(before).toMatchObject({ n: 0, policy: { budgets: [] } });
  expect(session.id).not.toBe(id);
});

it('500 calls at once, in one room and over 20, start exactly as many as there is money for', async () => {
  const rig = await makeLedgerRig('Crowd');
  await rig.browser.json('/api/rates/bash', { method: 'PUT', body: { perExecutionMicroUsd: 1000, perKbMicroUsd: 0 } });
  for (const rooms of [1, 20]) {
    const names = Array.from({ length: rooms }, (_, index) => `crowd-${rooms}-${index}`);
    const sessions = await Promise.all(names.map((name) => rig.started(name)));
    const budget = await rig.budget({ limit: 300_000 });
    await Promise.all(sessions.map(({ id }) => rig.known(id, budget)));
    const calls = Array.from({ length: 500 }, (_, n) => rig.call(names[n % rooms] ?? '', `t${n}`));
    const answers = await Promise.all(calls);
    const told = answers.map((answer) => JSON.stringify(answer));
    const allowed = told.filter((answer) => answer === '{}').length;
    // On a machine that is too busy a room may give up waiting for the ledger: that is a refusal, too, and says so.
    const unchecked = told.filter((answer) => answer.includes('cannot be checked')).length;
    const { reserved } = await rig.standing(budget.id);
    expect(allowed).toBeLessThanOrEqual(300);
    expect(allowed + unchecked).toBeGreaterThanOrEqual(300);
    expect(reserved).toBeLessThanOrEqual(300_000);
    expect(reserved).toBeGreaterThanOrEqual(allowed * 1000);
    for (const name of names) await rig.hook(name, 'Stop');
    await rig.browser.call(`/api/budgets/${budget.id}`, { method: 'DELETE' });
  }
});

it('a hard limit that cannot be checked holds, says so, and lets go when the ledger answers again', async () => {
  const rig = await makeLedgerRig('Deaf');
  const session = await rig.started('deaf-1');
  await rig.known(session.id, await rig.budget({ limit: 1_000_000 }));
  await runInDurableObject(rig.room(session.id), (room) => {
    const { ports } = Reflect.get(Reflect.get(room, 'core'), 'till');
    ports.ledger = { ...ports.ledger, ask: () => Promise.reject(new Error('no ledger')) };
  });
  const reason = 'The budget for this organization cannot be checked at the moment. Stop here and try again in a minute.';
  expect(await rig.call('deaf-1', 't1')).toEqual(stopped(reason));
  expect(await rig.sessionOf('claude-code', 'deaf-1')).toMatchObject({ status: 'running' });
  await evictDurableObject(rig.room(session.id));
  expect(await rig.call('deaf-1', 't1')).toEqual({});
});

it('a session whose very first event is a tool call is held to the budgets that are there', async () => {
  const rig = await makeLedgerRig('First');
  await rig.started('first-known');
  const shared = await rig.budget({ limit: 0 });
  const first = (name: string) => rig.call(name, 't1');
  expect(await first('first-shared')).toEqual(stopped(expect.stringContaining('$0.00 for this organization')));
  await rig.browser.call(`/api/budgets/${shared.id}`, { method: 'DELETE' });
  const each = await rig.budget({ scope: 'session', window: 'session', limit: 0 });
  expect(await first('first-each')).toEqual(stopped(expect.stringContaining('$0.00 for each session')));
  await rig.browser.call(`/api/budgets/${each.id}`, { method: 'DELETE' });
  expect(await first('first-free')).toEqual({});
});
