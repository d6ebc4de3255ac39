import { describe, expect, it, test } from 'vitest';
import { BudgetsModel, raises } from '../../../web/models/costs/budgets.ts';
import { burnDown } from '../../../web/models/costs/budgets-picture.ts';
import { forecastWords, heldWords, pictureWords } from '../../../web/models/costs/budgets-words.ts';
import type { BudgetDetail } from '../../../wire/budget.ts';
import { budget } from './budget-fixture.ts';

const nowMs = Date.parse('2026-11-21T12:00:00.000Z');

function opened(items: BudgetDetail[]) {
  const due: (() => void)[] = [];
  let lists = 0;
  const model = new BudgetsModel({
    async list() {
      lists += 1;
      if (items.length === 0) throw new Error('no network');
      return items;
    },
    create: async (made) => budget({ ...made, id: 'bud_9', scopeId: null }),
    change: async (id, patch) => budget({ id, ...patch, state: 'within' }),
    remove: async () => {},
    schedule(task) {
      due.push(task);
      return () => due.splice(due.indexOf(task), 1);
    },
  });
  return { model, due, lists: () => lists };
}

describe('the list of budgets', () => {
  it('shows what is spent first, and moves a budget back once it was raised', async () => {
    const { model } = opened([budget({ id: 'bud_1' }), budget({ id: 'bud_2', state: 'spent' })]);
    await model.load();
    expect(model.budgets.value?.map(({ id }) => id)).toEqual(['bud_2', 'bud_1']);
    await model.change('bud_2', { limit: 20_000_000 });
    expect(model.budgets.value?.map(({ id }) => id)).toEqual(['bud_1', 'bud_2']);
    await model.remove('bud_1');
    expect(model.budgets.value?.map(({ id }) => id)).toEqual(['bud_2']);
  });

  it('reads the figures again once for many things that happened', async () => {
    const { model, due, lists } = opened([budget()]);
    model.refreshSoon();
    model.refreshSoon();
    expect(due).toHaveLength(1);
    due.pop()?.();
    expect(lists()).toBe(1);
    model.refreshSoon();
    model.close();
    expect(due).toHaveLength(0);
  });

  it('says why there is nothing to show', async () => {
    const { model } = opened([]);
    await model.load();
    expect([model.budgets.value, model.failure.value?.message]).toEqual([null, 'no network']);
  });
});

describe('the picture', () => {
  it('goes down from the limit to what is left now, and on to where it is spent', () => {
    const { line, forecast, nowX } = burnDown(budget(), nowMs);
    expect(nowX).toBe(0.5);
    expect(line[0]).toEqual({ x: 0, y: 0 });
    expect(line.at(-1)).toEqual({ x: 0.5, y: 0.4 });
    expect(forecast).toEqual([
      { x: 0.5, y: 0.4 },
      { x: 0.75, y: 1 },
    ]);
  });

  it('goes down where the budget bit, too, and never up', () => {
    const bites = [
      { at: '2026-11-21T03:00:00.000Z', kind: 'soft' as const, sessionId: null, spent: 8_000_000, limit: 10_000_000 },
    ];
    const { line } = burnDown(budget({ bites, spent: 8_000_000 }), nowMs);
    expect(line.map(({ x, y }) => [x, y])).toContainEqual([0.125, 0.8]);
    expect(line.map(({ y }) => y)).toEqual(line.map(({ y }) => y).toSorted((a, b) => a - b));
  });

  it('ends above nothing where the money lasts, and forecasts nothing where none is spent', () => {
    const lasting = burnDown(budget({ forecast: { perHour: 100_000, crossesAt: null } }), nowMs);
    expect(lasting.forecast?.[1].x).toBe(1);
    expect(lasting.forecast?.[1].y).toBeCloseTo(0.52);
    expect(burnDown(budget({ forecast: { perHour: 0, crossesAt: null } }), nowMs).forecast).toBeNull();
  });

  it('stays inside its frame whatever the figures are', () => {
    const odd = burnDown(budget({ limit: 0, spent: 5, windowEnd: null, windowStart: new Date(nowMs).toISOString() }), nowMs);
    for (const { x, y } of odd.line) expect([x >= 0 && x <= 1, y >= 0 && y <= 1]).toEqual([true, true]);
  });
});

test('the words say where it leads and what held', () => {
  expect(forecastWords(budget(), nowMs)).toBe('At $1.00 an hour it is spent in 6 hours.');
  expect(forecastWords(budget({ state: 'spent' }), nowMs)).toContain('it begins anew in 12 hours');
  const bites = [{ at: '2026-11-21T11:00:00.000Z', kind: 'hard' as const, sessionId: 'ses_1', spent: 1, limit: 1 }];
  expect(pictureWords(budget({ bites }), nowMs)).toContain('It held once, last 1h ago.');
});

test('what each session gets is told by whom it held lately, not by what all spent', () => {
  const bite = (sessionId: string, at: string) => ({ at, kind: 'hard' as const, sessionId, spent: 1, limit: 1 });
  const bites = [
    bite('ses_old', '2026-11-01T11:00:00.000Z'),
    bite('ses_1', '2026-11-21T10:00:00.000Z'),
    bite('ses_1', '2026-11-21T11:00:00.000Z'),
  ];
  const each = budget({ scope: 'session', window: 'session', bites });
  expect(heldWords(each, nowMs)).toBe('It held 1 session in the last 7 days.');
  expect(heldWords({ ...each, bites: [] }, nowMs)).toBe('It held no session in the last 7 days.');
  expect(heldWords({ ...each, action: 'warn' }, nowMs)).toContain('holds nobody');
});

test('raising offers three amounts that leave room for something', () => {
  expect(raises(budget())).toEqual([12_500_000, 15_000_000, 20_000_000]);
  for (const to of raises(budget({ limit: 0, spent: 3_000_000 }))) expect(to).toBeGreaterThan(3_000_000);
});
