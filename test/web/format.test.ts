import { expect, test } from 'vitest';
import { count, dayHeading, duration, elapsed, money, relative, unitPrice } from '../../web/format.ts';

test.each([
  [0, '$0.00'],
  [40, '<$0.0001'],
  [37_900, '$0.0379'],
  [99_999, '$0.1000'],
  [100_000, '$0.10'],
  [12_400_000, '$12.40'],
  [1_234_567_890, '$1,234.57'],
  [-12_400_000, '−$12.40'],
])('%i micro-dollars are %s', (microUsd, words) => expect(money(microUsd)).toBe(words));

test.each([
  [0, '$0.00'],
  [4_500_000, '$4.50'],
  [175_000, '$0.175'],
  [30_000_000, '$30.00'],
  [1, '$0.000001'],
])('a price of %i micro-dollars is %s', (microUsd, words) => expect(unitPrice(microUsd)).toBe(words));

test.each([
  [812, '812'],
  [15_240, '15.2k'],
  [99_949, '99.9k'],
  [99_950, '100k'],
  [999_500, '1.00M'],
  [1_240_000, '1.24M'],
  [250_000_000, '250M'],
])('%i is %s', (value, words) => expect(count(value)).toBe(words));

test.each([
  [210, '210 ms'],
  [4260, '4.2s'],
  [42_900, '42s'],
  [252_000, '4m 12s'],
  [3_840_000, '1h 04m'],
  [183_600_000, '2d 3h'],
])('%i ms last %s', (ms, words) => expect(duration(ms)).toBe(words));

test('a clock ticks in whole seconds and never below zero', () => {
  expect([elapsed(999), elapsed(-50)]).toEqual(['0s', '0s']);
});

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime();
const now = at(20, 12);

test.each([
  [now - 4000, 'now'],
  [now + 60_000, 'now'],
  [now - 12_000, '12s ago'],
  [now - 240_000, '4m ago'],
  [at(19, 13), '23h ago'],
  [at(19, 11), 'yesterday'],
  [at(18, 13), '2d ago'],
  [at(3, 12), 'Nov 3'],
  [new Date(2025, 10, 3).getTime(), 'Nov 3, 2025'],
])('%i is %s', (ms, words) => expect(relative(ms, now)).toBe(words));

test('days are headed as people name them', () => {
  expect([at(20, 0), at(19, 23), at(16, 1), at(13, 1)].map((ms) => dayHeading(ms, now))).toEqual([
    'Today',
    'Yesterday',
    'Monday',
    'Nov 13',
  ]);
});
