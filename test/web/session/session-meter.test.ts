import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aboutWords,
  type BudgetMeter,
  type Burn,
  burnOf,
  meterForecast,
  meterName,
  metersOf,
  meterWords,
  tightest,
} from '../../../web/models/session/session-meter.ts';
import { budget } from '../costs/budget-fixture.ts';
import { folded, usage } from './session-events.ts';
import { session } from './session-fixture.ts';

const minute = 60_000;
const startMs = Date.parse('2026-11-21T12:00:00.000Z');
const startedAt = new Date(startMs).toISOString();
const nowMs = startMs + 30 * minute;
const none: Burn = { microUsd: 0, tokens: 0, spanMs: 10 * minute };

const meter = (over: Partial<BudgetMeter> = {}): BudgetMeter => ({
  unit: 'micro_usd',
  spent: 420_000,
  reserved: 20_000,
  limit: 2_000_000,
  warnsOnly: false,
  crossesAtMs: null,
  ...over,
});

describe('what is burnt', () => {
  const rows = folded(
    { ...usage(5_000_000), afterMs: 10 * minute },
    { ...usage(100_000), afterMs: 22 * minute },
    { ...usage(null), afterMs: 25 * minute },
    { type: 'notification', text: 'done', afterMs: 26 * minute },
  ).rows;

  it('is what the last ten minutes cost, by their model calls', () => {
    expect(burnOf(rows, { startedAt }, nowMs)).toEqual({ microUsd: 100_000, tokens: 2260, spanMs: 10 * minute });
  });

  it('sinks while nothing is spent, and is nothing in the end', () => {
    expect(burnOf(rows, { startedAt }, nowMs + 4 * minute).microUsd).toBe(0);
    expect(burnOf(rows, { startedAt }, nowMs + 60 * minute)).toEqual(none);
  });

  it('of a young session is measured over its life, a minute at least', () => {
    const young = folded({ ...usage(60_000), afterMs: 1000 }).rows;
    expect(burnOf(young, { startedAt }, startMs + 2000)).toMatchObject({ microUsd: 60_000, spanMs: minute });
    expect(burnOf(young, { startedAt }, startMs + 3 * minute).spanMs).toBe(3 * minute);
  });
});

describe('the meters of a session', () => {
  const own = { limitMicroUsd: 2_000_000, spentMicroUsd: 800_000, reservedMicroUsd: 0 };
  const burn: Burn = { microUsd: 1_000_000, tokens: 50_000, spanMs: 10 * minute };

  it('are its own limits and the shared budgets that count it', () => {
    const shared = [
      budget({ id: 'bud_1' }),
      budget({ id: 'bud_2', scope: 'project', scopeId: 'prj_1' }),
      budget({ id: 'bud_3', scope: 'project', scopeId: 'prj_other' }),
      budget({ id: 'bud_4', scope: 'user', scopeId: 'usr_1' }),
      budget({ id: 'bud_5', scope: 'session', window: 'session' }),
    ];
    const tokenBudget = { limitTokens: 100_000, spentTokens: 50_000, reservedTokens: 0 };
    const meters = metersOf(session({ budget: own, tokenBudget }), shared, burn, nowMs);
    expect(meters.map((one) => one.budget?.id ?? one.unit)).toEqual(['micro_usd', 'tokens', 'bud_1', 'bud_2', 'bud_4']);
  });

  it('of one that is over are its own, unless a shared budget holds it', () => {
    const over = session({ status: 'completed', endedAt: startedAt, budget: own });
    expect(metersOf(over, [budget()], burn, nowMs)).toHaveLength(1);
    const hold = { because: 'budget_exceeded' as const, reason: 'spent', budgetId: 'bud_1' };
    expect(metersOf({ ...over, hold }, [budget()], burn, nowMs)).toHaveLength(2);
  });

  it('of a child session are its parent’s, too, but what each has for itself', () => {
    const parent = session({
      id: 'ses_p',
      budget: own,
      tokenBudget: { limitTokens: 1, spentTokens: 0, reservedTokens: 0, budgetId: 'bud_5' },
    });
    const each = budget({ id: 'bud_5', scope: 'session', window: 'session', action: 'warn' });
    const meters = metersOf(session({ parentId: 'ses_p' }), [each], burn, nowMs, parent);
    expect(meters).toMatchObject([{ parent: { id: 'ses_p' }, limit: 2_000_000, crossesAtMs: null }]);
  });

  it('say when a limit of its own will be reached at this rate', () => {
    const [money] = metersOf(session({ budget: own }), [], burn, nowMs);
    expect(money?.crossesAtMs).toBe(nowMs + 12 * minute);
    expect(money && meterForecast(money, nowMs)).toBe('spent in about 12 minutes at this rate');
  });

  it('forecast nothing while nothing is spent, or where the session does not run', () => {
    const crosses = (over: Parameters<typeof session>[0], rate: Burn) =>
      metersOf(session({ budget: own, ...over }), [], rate, nowMs)[0]?.crossesAtMs;
    expect(crosses({}, none)).toBeNull();
    for (const status of ['waiting', 'paused', 'completed', 'budget_exceeded'] as const)
      expect(crosses({ status }, burn)).toBeNull();
  });

  it('take a shared budget’s forecast from the ledger, which hears of all sessions', () => {
    expect(metersOf(session(), [budget()], none, nowMs)[0]?.crossesAtMs).toBe(Date.parse('2026-11-21T18:00:00.000Z'));
  });

  it('know a limit that only warns, whoever set it', () => {
    const each = budget({ id: 'bud_5', scope: 'session', window: 'session', action: 'warn' });
    const given = session({ budget: { ...own, budgetId: 'bud_5' } });
    expect(metersOf(given, [each], none, nowMs)[0]?.warnsOnly).toBe(true);
    expect(metersOf(session({ budget: own }), [each], none, nowMs)[0]?.warnsOnly).toBe(false);
  });

  it('forecast a crossing exactly where what is left burns down, never in the past', () => {
    const amounts = fc.record({
      limit: fc.integer({ min: 0, max: 1e12 }),
      spent: fc.integer({ min: 0, max: 1e12 }),
      burnt: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(amounts, ({ limit, spent, burnt }) => {
        const limited = session({ budget: { limitMicroUsd: limit, spentMicroUsd: spent, reservedMicroUsd: 0 } });
        const [one] = metersOf(limited, [], { ...none, microUsd: burnt }, nowMs);
        expect(one?.crossesAtMs === null).toBe(burnt === 0 || spent >= limit);
        if (one?.crossesAtMs) expect(one.crossesAtMs).toBeGreaterThanOrEqual(nowMs);
      }),
    );
  });
});

describe('the tightest', () => {
  it('is the one that ends first, else the one that is used most; what only warns comes last', () => {
    const soon = meter({ crossesAtMs: nowMs + minute });
    const later = meter({ crossesAtMs: nowMs + 60 * minute });
    const used = meter({ spent: 1_900_000 });
    const spent = meter({ spent: 2_000_000 });
    const warns = meter({ spent: 2_000_000, warnsOnly: true });
    expect(tightest([warns, used, later, soon])).toBe(soon);
    expect(tightest([later, soon, spent])).toBe(spent);
    expect(tightest([warns, meter(), used])).toBe(used);
    expect(tightest([warns])).toBe(warns);
    expect(tightest([])).toBeNull();
  });
});

describe('the words', () => {
  it.each([
    [30_000, 'in less than a minute'],
    [12 * minute, 'in about 12 minutes'],
    [5 * 60 * minute, 'in about 5 hours'],
    [9 * 24 * 60 * minute, 'about Nov 30'],
  ])('say %i ms as %s', (ms, words) => {
    expect(aboutWords(nowMs + ms, nowMs)).toBe(words);
  });

  it('name what a budget counts and how long', () => {
    expect(meterName(meter(), () => 'Harbor')).toBe('This session');
    expect(meterName(meter({ parent: session() }), () => 'Harbor')).toBe('With its parent session');
    expect(meterName(meter({ budget: budget({ window: 'month' }) }), () => 'Harbor')).toBe('Harbor, a month');
  });

  it('tell the whole meter in a sentence', () => {
    expect(meterWords(meter({ crossesAtMs: nowMs + 12 * minute }), 'This session', nowMs)).toBe(
      'This session: $0.42 of $2.00 spent, $0.0200 set aside, spent in about 12 minutes at this rate',
    );
    expect(meterWords(meter({ unit: 'tokens', spent: 900, reserved: 0, limit: 1000 }), 'This session', nowMs)).toBe(
      'This session: 900 of 1.0k tokens spent',
    );
    expect(meterForecast(meter({ spent: 2_000_000 }), nowMs)).toBe('spent');
    expect(meterForecast(meter(), nowMs)).toBe('');
  });
});
