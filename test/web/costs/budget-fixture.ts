import type { BudgetDetail } from '../../../wire/budget.ts';

/** An organization's ten dollars a day, four of them spent by noon, with what a test is about put over it. */
export const budget = (over: Partial<BudgetDetail> = {}): BudgetDetail => ({
  id: 'bud_1',
  scope: 'organization',
  scopeId: null,
  window: 'day',
  unit: 'micro_usd',
  limit: 10_000_000,
  softPercent: 80,
  action: 'stop',
  createdAt: '2026-11-20T00:00:00.000Z',
  state: 'within',
  spent: 4_000_000,
  reserved: 0,
  windowStart: '2026-11-21T00:00:00.000Z',
  windowEnd: '2026-11-22T00:00:00.000Z',
  forecast: { perHour: 1_000_000, crossesAt: '2026-11-21T18:00:00.000Z' },
  points: [{ at: '2026-11-21T06:00:00.000Z', spent: 4_000_000 }],
  bites: [],
  ...over,
});
