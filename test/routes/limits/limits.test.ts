import { beforeAll, describe, expect, it } from 'vitest';
import type { BudgetDetail, BudgetList } from '../../../wire/budget.ts';
import type { SignupAnswer } from '../../../wire/identity.ts';
import type { ModelPrice, PriceList } from '../../../wire/price.ts';
import type { Browser } from '../identity/client.ts';
import { newcomer } from '../identity/newcomer.ts';

let browser: Browser;
let account: SignupAnswer;
beforeAll(async () => {
  ({ browser, account } = await newcomer('Limits'));
});

const refused = async (path: string, method: string, body: unknown) => {
  const response = await browser.call(path, { method, body });
  const { errors } = await response.json<{ errors: { path: string; message: string }[] }>();
  return [response.status, errors?.[0]?.path, errors?.[0]?.message];
};

describe('a budget', () => {
  it('is made with sensible defaults, changed, listed and deleted', async () => {
    const made = await browser.json<BudgetDetail>('/api/budgets', {
      body: { scope: 'project', scopeId: account.project.id, window: 'month', limit: 5_000_000 },
    });
    expect(made).toMatchObject({ unit: 'micro_usd', softPercent: 80, action: 'stop', spent: 0, reserved: 0, state: 'within' });
    expect(made.forecast).toEqual({ perHour: 0, crossesAt: null });
    const path = `/api/budgets/${made.id}`;
    const changed = await browser.json<BudgetDetail>(path, { method: 'PATCH', body: { limit: 0, action: 'warn' } });
    expect(changed).toMatchObject({ limit: 0, action: 'warn', state: 'spent' });
    const { items } = await browser.json<BudgetList>('/api/budgets');
    expect(items.map(({ id }) => id)).toContain(made.id);
    expect((await browser.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await browser.call(path)).status).toBe(404);
  });

  it('is changed only while its limit is still the one that its reader saw, where they say so', async () => {
    const made = await browser.json<BudgetDetail>('/api/budgets', {
      body: { scope: 'project', scopeId: account.project.id, window: 'day', limit: 5 },
    });
    const path = `/api/budgets/${made.id}`;
    const patch = (body: object) => browser.call(path, { method: 'PATCH', body });
    expect((await patch({ limit: 10, ifLimit: 5 })).status).toBe(200);
    const late = await patch({ limit: 7, action: 'warn', ifLimit: 5 });
    expect([late.status, (await late.json<{ detail: string }>()).detail]).toEqual([
      409,
      expect.stringContaining('Somebody else'),
    ]);
    expect(await browser.json<BudgetDetail>(path)).toMatchObject({ limit: 10, action: 'stop' });
    await browser.call(path, { method: 'DELETE' });
  });

  it('is made once for one Idempotency-Key, however often it is asked for', async () => {
    const ask = () =>
      browser.json<BudgetDetail>('/api/budgets', {
        body: { scope: 'organization', window: 'day', limit: 7 },
        headers: { 'idempotency-key': 'one budget' },
      });
    const [first, second] = [await ask(), await ask()];
    expect(second.id).toBe(first.id);
    const { items } = await browser.json<BudgetList>('/api/budgets');
    expect(items.filter(({ limit }) => limit === 7)).toHaveLength(1);
  });

  it('with a wrong limit, warning or subject is refused in words, by its path', async () => {
    const body = { scope: 'organization', window: 'day', limit: 1 };
    expect(await refused('/api/budgets', 'POST', { ...body, limit: -1 })).toEqual([
      400,
      'limit',
      'A limit cannot be negative; 0 lets nothing through.',
    ]);
    expect(await refused('/api/budgets', 'POST', { ...body, softPercent: 101 })).toEqual([
      400,
      'softPercent',
      expect.any(String),
    ]);
    expect(await refused('/api/budgets', 'POST', { ...body, scope: 'user' })).toEqual([400, 'scopeId', 'Name the person.']);
    const foreign = { ...body, scope: 'project', scopeId: 'prj_of_somebody_else' };
    expect(await refused('/api/budgets', 'POST', foreign)).toEqual([400, 'scopeId', 'There is no such project.']);
    expect(await refused('/api/budgets', 'POST', { ...body, scopeId: 'x' })).toEqual([400, 'scopeId', expect.any(String)]);
  });
});

describe('a tool’s rate', () => {
  it('is nothing until somebody sets it, under one name for all agents', async () => {
    expect(await browser.json('/api/rates')).toEqual({ items: [], nextCursor: null });
    const body = { perExecutionMicroUsd: 500, perKbMicroUsd: 2 };
    expect(await browser.json('/api/rates/Web_Search', { method: 'PUT', body })).toEqual({ tool: 'websearch', ...body });
    expect(await browser.json('/api/rates')).toMatchObject({ items: [{ tool: 'websearch', perExecutionMicroUsd: 500 }] });
  });

  it('of the preset joins those that are set, and any may be taken away', async () => {
    const { items } = await browser.json<{ items: { tool: string; perExecutionMicroUsd: number }[] }>('/api/rates/preset', {
      method: 'POST',
    });
    const rates = Object.fromEntries(items.map(({ tool, perExecutionMicroUsd }) => [tool, perExecutionMicroUsd]));
    expect(rates).toEqual({ bash: 1000, edit: 2000, read: 1000, websearch: 500, grep: 500 });
    expect((await browser.call('/api/rates/bash', { method: 'DELETE' })).status).toBe(204);
    expect((await browser.call('/api/rates/bash', { method: 'DELETE' })).status).toBe(404);
  });

  it('below nothing is refused in words', async () => {
    const body = { perExecutionMicroUsd: -1, perKbMicroUsd: 0 };
    expect(await refused('/api/rates/bash', 'PUT', body)).toEqual([400, 'perExecutionMicroUsd', 'A rate cannot be negative.']);
  });
});

describe('a price of the organization’s own', () => {
  const body = { model: 'opus-*', input: 3, output: 15, cacheRead: 0, cacheWrite: 4, from: '2026-11-21' };

  it('is added from a moment on, listed and deleted', async () => {
    const made = await browser.json<ModelPrice>('/api/prices', { body });
    expect(made).toEqual({ ...body, id: expect.stringMatching(/^prc_/), from: '2026-11-21T00:00:00.000Z' });
    await browser.json('/api/prices', { body: { ...body, from: '2026-12-01T09:00:00+02:00' } });
    const { items } = await browser.json<PriceList>('/api/prices');
    expect(items.map(({ from }) => from)).toEqual(['2026-11-21T00:00:00.000Z', '2026-12-01T07:00:00.000Z']);
    for (const { id } of items) expect((await browser.call(`/api/prices/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await browser.call(`/api/prices/${made.id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('is made once for one Idempotency-Key, and answered as it was made', async () => {
    const ask = (input: number) =>
      browser.json<ModelPrice>('/api/prices', { body: { ...body, input }, headers: { 'idempotency-key': 'one price' } });
    const first = await ask(3);
    expect(first.input).toBe(3);
    expect(await ask(4)).toEqual(first);
  });

  it('for the same model from the same moment on is a conflict, and says what to do', async () => {
    expect(await refused('/api/prices', 'POST', { ...body, from: '2026-11-21T00:00:00Z' })).toEqual([
      409,
      'from',
      'There is a price for opus-* from that moment on already; delete it first.',
    ]);
  });

  it.each([
    [{ input: -1 }, 'input', 'A price cannot be negative.'],
    [{ output: 0.5 }, 'output', 'A price is a whole number of micro-dollars for a million tokens.'],
    [{ output: '3' }, 'output', 'A price is a whole number of micro-dollars for a million tokens.'],
    [{ cacheRead: 1e12 }, 'cacheRead', 'A price this high is a typing error.'],
    [{ cacheWrite: undefined }, 'cacheWrite', 'A price is a whole number of micro-dollars for a million tokens.'],
    [{ model: '  ' }, 'model', 'Name the model.'],
    [{ model: undefined }, 'model', 'Name the model.'],
    [{ model: 'a*b' }, 'model', 'A * may stand at the end only, for any rest of the name.'],
    [{ from: 'yesterday' }, 'from', 'Write the date as 2026-11-21, or as 2026-11-21T09:00:00Z.'],
    [{ from: '2026-02-30' }, 'from', 'Write the date as 2026-11-21, or as 2026-11-21T09:00:00Z.'],
    [{ from: undefined }, 'from', 'Say from when on the price holds.'],
  ])('that is wrong (%o) is refused in words, by its path', async (wrong, path, message) => {
    expect(await refused('/api/prices', 'POST', { ...body, ...wrong })).toEqual([400, path, message]);
  });
});
