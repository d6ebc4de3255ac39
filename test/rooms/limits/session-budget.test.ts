import { evictDurableObject } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import type { BudgetDetail } from '../../../wire/budget.ts';
import type { BudgetedSession } from '../../../wire/session.ts';
import { makeLedgerRig, stopped } from './ledger-rig.ts';

const setup = async (name: string, body: object) => {
  const rig = await makeLedgerRig(name);
  const id = name.toLowerCase();
  const session = await rig.started(id);
  const budget = await rig.budget({ scope: 'session', window: 'session', ...body });
  await rig.known(session.id, budget);
  const own = (given: object) =>
    rig.browser.json<BudgetedSession>(`/api/sessions/${session.id}/budget`, { method: 'PUT', body: given });
  return { rig, id, session, budget, own };
};

it('a budget that each session gets stops one at the call that would cross it, names itself, and leaves the others alone', async () => {
  const { rig, id, session, budget } = await setup('Each', { limit: 50_000 });
  expect((await rig.sessionOf('claude-code', id))?.budget).toMatchObject({ limitMicroUsd: 50_000, budgetId: budget.id });
  await rig.usage(id, 'r1', 20_000);
  expect(await rig.call(id, 't1')).toEqual({});
  await rig.usage(id, 'r2', 20_000);
  const what = 'The budget of $0.05 for each session is spent ($0.04 so far).';
  const reason = `${what} Stop and summarise.`;
  expect(await rig.call(id, 't2')).toEqual(stopped(reason));
  expect(await rig.sessionOf('claude-code', id)).toMatchObject({
    status: 'budget_exceeded',
    hold: { because: 'budget_exceeded', budgetId: budget.id, what, reason },
  });
  const other = await rig.started('other');
  await rig.known(other.id, budget);
  await rig.usage('other', 'r1', 20_000);
  expect(await rig.call('other', 't1')).toEqual({});
  await evictDurableObject(rig.room(session.id));
  expect(await rig.call(id, 't2')).toEqual(stopped(reason));
});

it('a raise for everybody lets the same session go on, and so does one for this session alone', async () => {
  const { rig, id, session, budget, own } = await setup('Raised', { limit: 10_000 });
  await rig.usage(id, 'r1', 10_000);
  expect(await rig.call(id, 't1')).toMatchObject({ continue: false });
  await rig.raise(budget.id, 40_000);
  await vi.waitUntil(async () => (await rig.sessionOf('claude-code', id))?.status === 'running');
  expect(await rig.call(id, 't1')).toEqual({});
  await rig.usage(id, 'r2', 40_000);
  expect(await rig.sessionOf('claude-code', id)).toMatchObject({ status: 'budget_exceeded' });
  expect(await own({ limitMicroUsd: 200_000 })).toMatchObject({
    status: 'running',
    budget: { limitMicroUsd: 200_000, spentMicroUsd: 50_000 },
  });
  expect(await rig.call(id, 't2')).toEqual({});
  // Others keep what each session gets.
  const other = await rig.started('raised-other');
  await rig.known(other.id, { ...budget, limit: 40_000 });
  expect((await rig.sessionOf('claude-code', 'raised-other'))?.budget).toMatchObject({ limitMicroUsd: 40_000 });
  expect((await rig.events(session.id)).items.some(({ control }) => control?.action === 'budget_exceeded')).toBe(true);
});

it('a session’s own budget taken away goes back to what each session gets, and says so', async () => {
  const { rig, id, session, own } = await setup('Back', { limit: 30_000 });
  await own({ limitMicroUsd: 500_000 });
  await rig.usage(id, 'r1', 40_000);
  const back = await own({ limitMicroUsd: null });
  expect(back.budget).toMatchObject({ limitMicroUsd: 30_000, spentMicroUsd: 40_000 });
  expect(back.warning).toBe('$0.04 of $0.03 is spent already: the agent is held at its next tool call or prompt.');
  const { items } = await rig.events(session.id);
  expect(items.findLast(({ control }) => control?.action === 'budget_changed')?.text).toBe(
    'Back took the budget away: $0.03 for each session holds again',
  );
  expect(await rig.call(id, 't1')).toMatchObject({ continue: false });
});

it('counts tokens, too, and a person may give one session more of them', async () => {
  const { rig, id, own } = await setup('Words', { limit: 1500, unit: 'tokens' });
  await rig.usage(id, 'r1', 1, 1000);
  const reason = 'The budget of 1,500 tokens for each session is spent (1,000 tokens so far). Stop and summarise.';
  expect(await rig.call(id, 't1')).toEqual(stopped(reason));
  expect((await rig.sessionOf('claude-code', id))?.tokenBudget).toMatchObject({ limitTokens: 1500, spentTokens: 1000 });
  expect(await own({ limitTokens: 3000 })).toMatchObject({ status: 'running', tokenBudget: { limitTokens: 3000 } });
  expect(await rig.call(id, 't1')).toEqual({});
  await rig.usage(id, 'r2', 1, 2000);
  expect(await rig.call(id, 't2')).toEqual(stopped('The budget of 3,000 tokens for this session is spent; stop and summarise.'));
});

it('of one project holds its sessions alone; one that pauses waits for a person; one that warns refuses nothing', async () => {
  const rig = await makeLedgerRig('Project');
  const { id: projectId } = await rig.browser.json<{ id: string }>('/api/projects', { body: { name: 'Elsewhere' } });
  const session = await rig.started('project-1');
  const each = { scope: 'session', window: 'session' };
  await rig.budget({ ...each, scopeId: projectId, limit: 0 });
  const warns = await rig.budget({ ...each, limit: 0, action: 'warn' });
  await rig.known(session.id, warns);
  expect(await rig.call('project-1', 't1')).toEqual({});
  const pauses = await rig.budget({ ...each, scopeId: rig.account.project.id, limit: 10, action: 'pause' });
  await rig.known(session.id, pauses);
  await rig.usage('project-1', 'r1', 10);
  expect(await rig.call('project-1', 't2')).toMatchObject({ stopReason: expect.stringContaining('wait to be resumed') });
  const hold = { because: 'paused', budgetId: pauses.id };
  expect(await rig.sessionOf('claude-code', 'project-1')).toMatchObject({ status: 'paused', hold });
});

it('one that asks has a person decide each call that would cross it', async () => {
  const { rig, id } = await setup('Asks', { limit: 10_000, action: 'ask' });
  await rig.usage(id, 'r1', 10_000);
  void rig.call(id, 't1');
  const asking = await vi.waitUntil(async () => (await rig.sessionOf('claude-code', id))?.approvals?.[0]);
  expect(asking.reason).toContain('A person decides whether this call may cross it.');
});

it('needs no word with the ledger, except that it held somebody', async () => {
  const { rig, id, session, budget } = await setup('Local', { limit: 50_000 });
  const before = await rig.purseOf(session.id);
  await rig.usage(id, 'r1', 10_000);
  for (let n = 0; n < 10; n += 1) await rig.call(id, `t${n}`);
  expect(await rig.purseOf(session.id)).toEqual(before);
  await rig.usage(id, 'r2', 50_000);
  expect((await rig.purseOf(session.id)).bites).toMatchObject([{ budgetId: budget.id, spent: 60_000, limit: 50_000 }]);
  await evictDurableObject(rig.room(session.id));
  await rig.alarmAfter(session.id, 10_000);
  await rig.alarmAfter(session.id, 20_000);
  expect((await rig.purseOf(session.id)).bites).toBeUndefined();
  const shown = await rig.browser.json<BudgetDetail>(`/api/budgets/${budget.id}`);
  expect(shown).toMatchObject({ spent: 0, reserved: 0, state: 'within', points: [], bites: [{ sessionId: session.id }] });
});

it('is refused where it says two things, and a limit below what is spent is set and said', async () => {
  const { rig, id, own, session, budget } = await setup('Valid', { limit: 1_000_000 });
  const put = (body: object) => rig.browser.call(`/api/sessions/${session.id}/budget`, { method: 'PUT', body });
  for (const [body, path] of [
    [{ limitMicroUsd: -1 }, 'limitMicroUsd'],
    [{ limitTokens: -5 }, 'limitTokens'],
    [{}, 'limitMicroUsd'],
  ] as const) {
    const response = await put(body);
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ path }] }]);
  }
  const wrong = await rig.browser.call('/api/budgets', { body: { scope: 'session', window: 'day', limit: 1 } });
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { errors: [{ path: 'window' }] }]);
  await rig.usage(id, 'r1', 20_000);
  expect((await own({ limitMicroUsd: 10_000 })).warning).toContain('$0.02 of $0.01 is spent already');
  expect(await own({ limitMicroUsd: 50_000 })).not.toHaveProperty('warning');
  await own({ limitMicroUsd: null });
  const lowered = await rig.browser.json<{ warning?: string }>(`/api/budgets/${budget.id}`, {
    method: 'PATCH',
    body: { limit: 20_000 },
  });
  expect(lowered.warning).toBe(
    '1 session that runs now has spent $0.02 or more already: it is held at the next tool call or prompt.',
  );
  const shared = await rig.browser.json<{ warning?: string }>('/api/budgets', {
    body: { scope: 'organization', window: 'lifetime', limit: 5000 },
  });
  expect(shared.warning).toContain('$0.02 is spent already, of $0.005');
});

it('a session that was evicted in the trash comes back with its purse, and to its budget', async () => {
  const { rig, id, session } = await setup('Trashed', { limit: 50_000 });
  await rig.usage(id, 'r1', 20_000);
  expect(await rig.call(id, 't1')).toEqual({});
  expect((await rig.browser.call(`/api/sessions/${session.id}`, { method: 'DELETE' })).status).toBe(204);
  const { n, policy } = await rig.purseOf(session.id);
  await evictDurableObject(rig.room(session.id));
  expect(await rig.purseOf(session.id)).toMatchObject({ n, policy });
  expect((await rig.browser.call(`/api/trash/${session.id}/restore`, { method: 'POST' })).status).toBe(204);
  expect((await rig.purseOf(session.id)).n).toBeGreaterThanOrEqual(n);
  await rig.usage(id, 'r2', 30_000);
  expect(await rig.call(id, 't2')).toMatchObject({ continue: false });
});
