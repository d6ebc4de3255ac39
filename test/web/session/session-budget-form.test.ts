import { expect, test } from 'vitest';
import { budgetChange, budgetTexts } from '../../../web/models/session/session-budget-form.ts';

const own = { limitMicroUsd: 2_500_000, spentMicroUsd: 0, reservedMicroUsd: 0 };
const tokens = { limitTokens: 50_000, spentTokens: 0, reservedTokens: 0 };

test('shows the limits in force, as people type them', () => {
  expect(budgetTexts({ budget: own, tokenBudget: tokens })).toEqual({ micro_usd: '2.5', tokens: '50,000' });
  expect(budgetTexts({ budget: null })).toEqual({ micro_usd: '', tokens: '' });
});

test('orders what was changed and nothing else', () => {
  const both = { budget: own, tokenBudget: tokens };
  expect(budgetChange(both, budgetTexts(both))).toEqual({ ok: true, change: null });
  expect(budgetChange(both, { micro_usd: '3', tokens: '50,000' })).toEqual({ ok: true, change: { limitMicroUsd: 3_000_000 } });
  expect(budgetChange({ budget: null }, { micro_usd: '', tokens: '80k' })).toEqual({ ok: true, change: { limitTokens: 80_000 } });
  expect(budgetChange({ budget: null }, { micro_usd: '1', tokens: '1M' })).toEqual({
    ok: true,
    change: { limitMicroUsd: 1_000_000, limitTokens: 1_000_000 },
  });
});

test('what is emptied is taken away, where it is this session’s to take', () => {
  expect(budgetChange({ budget: own, tokenBudget: tokens }, { micro_usd: ' ', tokens: '' })).toEqual({
    ok: true,
    change: { limitMicroUsd: null, limitTokens: null },
  });
  const given = { budget: { ...own, budgetId: 'bud_1' }, tokenBudget: tokens };
  expect(budgetChange(given, { micro_usd: '', tokens: '50,000' })).toEqual({ ok: true, change: null });
});

test('says at each field what is wrong with it', () => {
  expect(budgetChange({ budget: null }, { micro_usd: 'five', tokens: '0.5' })).toEqual({
    ok: false,
    errors: { micro_usd: expect.stringContaining('dollars'), tokens: expect.stringContaining('tokens') },
  });
});
