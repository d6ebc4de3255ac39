import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dollarsToEdit, parseAmount, parseDollars, parseTokens, raisesOf } from '../../../web/models/costs/amount.ts';

it.each([
  ['5', 5_000_000],
  ['$2.50', 2_500_000],
  [' 1,000 ', 1_000_000_000],
  ['.05', 50_000],
  ['0', 0],
])('reads %s as dollars', (text, microUsd) => {
  expect(parseDollars(text)).toEqual({ ok: true, microUsd });
});

it.each(['', '-1', 'five', '1,00', '1e6', '0.0000001', '2000000', 'NaN'])('refuses %j in words', (text) => {
  expect(parseDollars(text)).toEqual({ ok: false, message: expect.stringMatching(/\.$/) });
});

it('gives every amount of micro-dollars back that it is shown', () => {
  const amounts = fc.integer({ min: 0, max: 1_000_000_000_000 });
  fc.assert(
    fc.property(amounts, (microUsd) => {
      expect(parseDollars((microUsd / 1_000_000).toFixed(6))).toEqual({ ok: true, microUsd });
      expect(parseDollars(dollarsToEdit(microUsd))).toEqual({ ok: true, microUsd });
    }),
  );
});

it('offers raises of a size that fits the budget', () => {
  expect(raisesOf({ limitMicroUsd: 50_000, spentMicroUsd: 60_000 })).toEqual([1_000_000, 2_000_000, 5_000_000]);
  expect(raisesOf({ limitMicroUsd: 5_000_000, spentMicroUsd: 4_990_000 })).toEqual([5_000_000, 10_000_000, 25_000_000]);
});

it.each([
  [0, '0'],
  [10_000_000, '10'],
  [2_500_000, '2.5'],
  [1, '0.000001'],
])('writes %i micro-dollars as %s for editing', (microUsd, text) => {
  expect(dollarsToEdit(microUsd)).toBe(text);
});

it.each([
  ['50000', 50_000],
  [' 50,000 ', 50_000],
  ['50k', 50_000],
  ['1.1M', 1_100_000],
  ['0', 0],
])('reads %s as tokens', (text, tokens) => {
  expect(parseTokens(text)).toEqual({ ok: true, tokens });
});

it.each(['', '-1', 'many', '0.5', '5,00', '1e6', '2000000M', '1.0005k'])('refuses %j as tokens, in words', (text) => {
  expect(parseTokens(text)).toEqual({ ok: false, message: expect.stringMatching(/\.$/) });
});

it('reads an amount in the unit of its budget', () => {
  expect(parseAmount('5', 'micro_usd')).toEqual({ ok: true, amount: 5_000_000 });
  expect(parseAmount('5', 'tokens')).toEqual({ ok: true, amount: 5 });
});
