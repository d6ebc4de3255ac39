import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CostsModel } from '../../../web/models/costs/costs.ts';
import { costsPicture } from '../../../web/models/costs/costs-picture.ts';
import {
  type CostsView,
  coloursOf,
  daysOf,
  everyDay,
  queryOfView,
  ranges,
  reportWords,
  viewFromQuery,
} from '../../../web/models/costs/costs-view.ts';
import { CostBy, type CostGroup, type CostKind, type CostReport } from '../../../wire/cost-report.ts';

const nowMs = Date.parse('2026-03-01T00:30:00.000Z');

const group = (key: string, costMicroUsd: number, kind: CostKind = 'named'): CostGroup => ({
  kind,
  key: kind === 'named' ? key : '',
  name: key,
  costMicroUsd,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  calls: 1,
});

const report = (rest: Partial<CostReport> = {}): CostReport => ({
  by: 'model',
  from: '2026-11-20',
  to: '2026-11-22',
  costMicroUsd: 900,
  items: [group('opus', 600), group('haiku', 200), group('Tool calls', 100, 'tool_calls')],
  cells: [
    { day: '2026-11-20', kind: 'named', key: 'opus', costMicroUsd: 600 },
    { day: '2026-11-20', kind: 'named', key: 'haiku', costMicroUsd: 200 },
    { day: '2026-11-22', kind: 'tool_calls', key: '', costMicroUsd: 100 },
  ],
  nextCursor: null,
  ...rest,
});

describe('what a cost report shows', () => {
  it('is the page’s query, and the other way round', () => {
    const views = fc.record({
      by: fc.constantFrom(...CostBy.options),
      range: fc.constantFrom(...ranges.map(({ value }) => value)),
    });
    fc.assert(
      fc.property(views, (view: CostsView) => {
        expect(viewFromQuery(Object.fromEntries(new URLSearchParams(queryOfView(view))))).toEqual(view);
      }),
    );
    expect(viewFromQuery({ by: 'nonsense', range: '' })).toEqual({ by: 'day', range: '30d' });
    expect(queryOfView({ by: 'day', range: '30d' })).toBe('');
  });

  it('are days in UTC, over the ends of months and years', () => {
    expect(daysOf('7d', nowMs)).toEqual({ from: '2026-02-23', to: '2026-03-01' });
    expect(daysOf('month', nowMs)).toEqual({ from: '2026-03-01', to: '2026-03-01' });
    expect(daysOf('last-month', nowMs)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(daysOf('last-month', Date.parse('2026-01-31T23:59:59Z'))).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(everyDay('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  });
});

describe('the picture of costs', () => {
  it('has a bar for each day, also for one without cost, that stands on zero', () => {
    const { bars, ticks } = costsPicture(report());
    expect(bars.map(({ day, costMicroUsd }) => [day, costMicroUsd])).toEqual([
      ['2026-11-20', 800],
      ['2026-11-21', 0],
      ['2026-11-22', 100],
    ]);
    expect(bars[0]?.pieces.map(({ id, from, to }) => [id, from, to])).toEqual([
      ['named opus', 0, 0.6],
      ['named haiku', 0.6, 0.8],
    ]);
    expect(ticks).toEqual([
      { microUsd: 500, at: 0.5 },
      { microUsd: 1000, at: 1 },
    ]);
  });

  it('draws nothing below the floor where a correction took back more than a day cost', () => {
    const cells = [
      { day: '2026-11-20', kind: 'named' as const, key: 'opus', costMicroUsd: -50 },
      { day: '2026-11-20', kind: 'named' as const, key: 'haiku', costMicroUsd: 20 },
    ];
    const [bar] = costsPicture(report({ cells })).bars;
    expect(bar).toMatchObject({ costMicroUsd: -30, pieces: [{ id: 'named haiku', from: 0 }] });
  });

  it('shows beside the bars what all of it went to, in the same colours and order', () => {
    const { bars, shares } = costsPicture(report());
    expect(shares.map(({ name, from, to }) => [name, from.toFixed(2), to.toFixed(2)])).toEqual([
      ['opus', '0.00', '0.67'],
      ['haiku', '0.67', '0.89'],
      ['Tool calls', '0.89', '1.00'],
    ]);
    const colourOf = (id: string) => bars.flatMap(({ pieces }) => pieces).find((piece) => piece.id === id)?.colour;
    for (const { id, colour } of shares) expect(colour).toBe(colourOf(id));
    expect(colourOf('tool_calls ')).toBe('var(--series-rest)');
    expect(costsPicture(report({ by: 'day', items: [group('2026-11-20', 800)] })).shares).toEqual([]);
  });

  it('gives a thing the same colour whatever stands beside it, and no two the same', () => {
    const alone = coloursOf([group('opus', 1)]).get('named opus');
    expect(coloursOf([group('opus', 9), group('haiku', 5), group('gpt', 3)]).get('named opus')).toBe(alone);
    const many = coloursOf(Array.from({ length: 20 }, (_, n) => group(`m${n}`, 100 - n)));
    expect(many.size).toBe(8);
    expect(new Set(many.values()).size).toBe(8);
  });

  it('is told in a sentence to whoever does not see it', () => {
    expect(reportWords(report(), '$0.0009', String)).toBe(
      'Costs by model from 2026-11-20 to 2026-11-22: $0.0009. The most: opus, 600.',
    );
  });
});

describe('the page of costs', () => {
  function opened() {
    const waiting: { query: object; answer: (found: CostReport) => void; fail: (error: Error) => void }[] = [];
    const model = new CostsModel({
      now: () => nowMs,
      report: (query) => new Promise((answer, fail) => waiting.push({ query, answer, fail })),
    });
    return { model, waiting };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('shows what was asked for last, whichever answer comes last', async () => {
    const { model, waiting } = opened();
    model.show({ by: 'model', range: '7d' });
    model.show({ by: 'tool', range: '7d' });
    waiting[1]?.answer(report({ by: 'tool' }));
    waiting[0]?.answer(report({ by: 'model' }));
    await settled();
    expect(model.report.value?.by).toBe('tool');
    expect(waiting[0]?.query).toEqual({ by: 'model', from: '2026-02-23', to: '2026-03-01' });
    expect(model.loading.value).toBe(false);
  });

  it('keeps what it shows when the next does not come, says so, and tries again', async () => {
    const { model, waiting } = opened();
    model.show({ by: 'model', range: '7d' });
    waiting[0]?.answer(report());
    await settled();
    model.show({ by: 'tool', range: '7d' });
    waiting[1]?.fail(new Error('no network'));
    await settled();
    expect([model.report.value?.by, model.failure.value?.message]).toEqual(['model', 'no network']);
    model.load();
    waiting[2]?.answer(report({ by: 'tool' }));
    await settled();
    expect([model.report.value?.by, model.failure.value]).toEqual(['tool', null]);
  });
});
