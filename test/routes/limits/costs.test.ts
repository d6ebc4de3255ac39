import { beforeAll, describe, expect, it } from 'vitest';
import type { CostReport } from '../../../wire/cost-report.ts';
import type { ModelList } from '../../../wire/price.ts';
import { csvOf } from '../../../worker/routes/limits/costs-csv.ts';
import { makeRig } from '../../rooms/rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
const today = () => new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  rig = await makeRig('Costs');
  await rig.browser.json('/api/rates/bash', { method: 'PUT', body: { perExecutionMicroUsd: 1000, perKbMicroUsd: 0 } });
  await rig.batch('spent', [{ type: 'prompt', text: 'work' }]);
  const session = await rig.sessionOf('tester', 'spent');
  await rig.later(session?.id ?? '', 0.01);
  const usage = { input: 1000, output: 10, cacheRead: 0, cacheWrite: 0, model: 'claude-opus-5-5' };
  await rig.batch('spent', [
    { type: 'usage', usage, costMicroUsd: 5000 },
    { type: 'tool.started', tool: 'Bash', toolUseId: 't1' },
    { type: 'tool.finished', tool: 'Bash', toolUseId: 't1' },
    { type: 'session.ended' },
  ]);
  await rig.later(session?.id ?? '', 0.01);
});

const report = (query: string) => rig.browser.json<CostReport>(`/api/costs?${query}`);

describe('the cost report', () => {
  it.each([
    ['day', [today(), 6000, null]],
    ['project', [expect.any(String), 6000, null]],
    ['user', ['Costs', 6000, null]],
    ['agent', ['tester', 6000, null]],
    ['model', ['claude-opus-5-5', 5000, 1], ['Tool calls', 1000, 1]],
    ['tool', ['Model calls', 5000, 1], ['Bash', 1000, 1]],
  ])('by %s comes to what was spent, under names that people know', async (by, ...groups) => {
    const { costMicroUsd, items, from, to } = await report(`by=${by}`);
    expect(costMicroUsd).toBe(6000);
    expect(items.map((item) => [item.name, item.costMicroUsd, item.calls])).toEqual(groups);
    expect([to, Date.parse(to) - Date.parse(from)]).toEqual([today(), 29 * 24 * 3600_000]);
  });

  it('is a table for spreadsheets, too', async () => {
    const response = await rig.browser.call('/api/costs.csv?by=model');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="costs-by-model-[\d-]+\.csv"$/);
    const day = today();
    expect(await response.text()).toBe(
      'day,model,model_key,cost_usd,cost_micro_usd\r\n' +
        `${day},claude-opus-5-5,claude-opus-5-5,0.005000,5000\r\n${day},Tool calls,,0.001000,1000\r\n`,
    );
  });

  it('lets no name be a formula, or two fields', () => {
    const item = { kind: 'named' as const, key: '=1+1', name: 'a "b", c', costMicroUsd: -5, tokens: noTokens, calls: 1 };
    const cells = [{ day: '2026-11-21', kind: 'named' as const, key: '=1+1', costMicroUsd: -5 }];
    const table = { by: 'model' as const, from: '', to: '', costMicroUsd: -5, items: [item], cells, nextCursor: null };
    expect(csvOf(table).split('\r\n')[1]).toBe(`2026-11-21,"a ""b"", c",'=1+1,-0.000005,-5`);
  });

  it.each([
    ['from=2026-11-22&to=2026-11-21', 'from', 'The first day comes before the last.'],
    ['from=2024-01-01&to=2026-11-21', 'from', 'A report covers at most 366 days.'],
    ['from=2020-01-01', 'from', 'A report covers 1 to 366 days; say until when, too.'],
    ['to=yesterday', 'to', 'Write the day as 2026-11-21.'],
    ['from=2026-02-30', 'from', 'Write the day as 2026-11-21.'],
  ])('of %s is refused in words', async (query, path, message) => {
    const response = await rig.browser.call(`/api/costs?${query}`);
    expect([response.status, (await response.json<{ errors: unknown[] }>()).errors]).toEqual([400, [{ path, message }]]);
  });

  it('of a leap year is a year', async () => {
    expect(await report('from=2028-01-01&to=2028-12-31')).toMatchObject({ costMicroUsd: 0, items: [], cells: [] });
  });
});

it('the models that were used lately come with their list prices', async () => {
  const { items } = await rig.browser.json<ModelList>('/api/prices/models');
  expect(items).toEqual([
    {
      model: 'claude-opus-5-5',
      catalogue: {
        input: expect.any(Number),
        output: expect.any(Number),
        cacheRead: expect.any(Number),
        cacheWrite: expect.any(Number),
      },
    },
  ]);
  expect(items[0]?.catalogue?.output).toBeGreaterThan(items[0]?.catalogue?.input ?? 0);
});

const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
