import { describe, expect, it } from 'vitest';
import { forecast } from '../../../worker/domain/limits/forecast.ts';
import { grant, stated } from '../../../worker/domain/limits/lease.ts';
import { rateOf, toolCost } from '../../../worker/domain/limits/rates.ts';
import { windowBounds, windowKey } from '../../../worker/domain/limits/window.ts';

const hour = 3_600_000;

describe('a window', () => {
  it('is a calendar day or month in UTC, or all of time', () => {
    const lateMs = Date.UTC(2026, 1, 28, 23, 59, 59);
    expect(windowKey('day', lateMs)).toBe('2026-02-28');
    expect(windowKey('month', lateMs)).toBe('2026-02');
    expect(windowKey('lifetime', lateMs)).toBe('all');
    expect(windowBounds('month', lateMs)).toEqual({ startMs: Date.UTC(2026, 1, 1), endMs: Date.UTC(2026, 2, 1) });
    expect(windowBounds('day', lateMs).endMs).toBe(Date.UTC(2026, 2, 1));
  });
});

describe('a forecast', () => {
  const window = { limit: 100, startMs: 0, endMs: 24 * hour };

  it('goes on at the rate of the last quarter, not of the whole window', () => {
    const points = [
      { atMs: 0, spent: 0 },
      { atMs: 6 * hour, spent: 0 },
      { atMs: 8 * hour, spent: 40 },
    ];
    expect(forecast(points, window, 8 * hour)).toEqual({ perHour: 20, crossesAtMs: 11 * hour });
  });

  it('crosses nothing where the window ends first, where nothing is spent, and where all is spent', () => {
    expect(forecast([{ atMs: 0, spent: 1 }], window, 12 * hour).crossesAtMs).toBeNull();
    expect(forecast([], window, hour)).toEqual({ perHour: 0, crossesAtMs: null });
    expect(forecast([{ atMs: hour, spent: 100 }], window, 2 * hour).crossesAtMs).toBeNull();
  });
});

describe('a tool’s rate', () => {
  const rates = { bash: { perExecutionMicroUsd: 1000, perKbMicroUsd: 10 } };

  it('is known by whatever name an agent gives the tool', () => {
    for (const name of ['Bash', 'bash', 'shell', 'run_shell_command']) expect(rateOf(rates, name)).toBe(rates.bash);
    expect(rateOf(rates, 'constructor')).toBeUndefined();
  });

  it('charges the call and each kilobyte begun of what it answered, in bytes', () => {
    expect(toolCost(rates, 'Bash', '')).toBe(1000);
    expect(toolCost(rates, 'Bash', 'a'.repeat(1024))).toBe(1010);
    expect(toolCost(rates, 'Bash', 'é'.repeat(513))).toBe(1020);
    expect(toolCost(rates, 'Bash', undefined)).toBe(1000);
    expect(toolCost(rates, 'Read', 'a')).toBeUndefined();
  });
});

describe('a lease', () => {
  const position = { budgetId: 'b', window: 'all', limit: 1000, total: 0, held: 0, upTo: 100 };

  it('is what is wanted and a twentieth of the rest, or what all who wait need, and never more than there is', () => {
    const cap = (rest: object) => {
      const given = grant([{ ...position, ...rest }]);
      return given.ok ? given.grants[0]?.cap : given.short;
    };
    expect(cap({})).toBe(145);
    expect(cap({ wish: 500 })).toBe(500);
    expect(cap({ wish: 5000 })).toBe(1000);
    expect(cap({ total: 900 })).toBe(100);
    expect(cap({ total: 901 })).toMatchObject([{ budgetId: 'b' }]);
    expect(cap({ held: 200, total: 1200 })).toBe(200);
  });

  it('of several budgets is all or nothing', () => {
    const given = grant([position, { ...position, budgetId: 'c', limit: 50 }]);
    expect(given).toMatchObject({ ok: false, short: [{ budgetId: 'c' }] });
  });

  it('is lowered by what its room says, and never below what that room uses', () => {
    const line = { budgetId: 'b', window: 'all', cap: 30, used: 10, spent: 5 };
    expect(stated({ held: 100, spent: 0 }, line)).toEqual({ held: 30, spent: 5 });
    expect(stated({ held: 20, spent: 0 }, line)).toEqual({ held: 20, spent: 5 });
    expect(stated({ held: 0, spent: 0 }, line)).toEqual({ held: 10, spent: 5 });
  });
});
