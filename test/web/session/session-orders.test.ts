import { describe, expect, test } from 'vitest';
import { ordersOn } from '../../../web/models/session/session-orders.ts';
import type { SessionBudget } from '../../../wire/session.ts';
import { budget } from '../costs/budget-fixture.ts';
import { session } from './session-fixture.ts';

const money = (spentMicroUsd: number, budgetId?: string): SessionBudget => ({
  limitMicroUsd: 5_000_000,
  spentMicroUsd,
  reservedMicroUsd: 0,
  ...(budgetId !== undefined && { budgetId }),
});
const spent = { because: 'budget_exceeded' as const, reason: 'spent' };
const paused = { because: 'paused' as const, reason: 'Paused.', by: { userId: 'usr_1', name: 'Ada' } };

describe('what a person may order', () => {
  test('follows from the status', () => {
    expect(ordersOn(session(), [])).toEqual(['pause', 'stop']);
    expect(ordersOn(session({ status: 'paused', hold: paused }), [])).toEqual(['resume', 'stop']);
    expect(ordersOn(session({ status: 'completed' }), [])).toEqual([]);
  });

  test('of one that its own budget holds is a raise, because the server would not resume it', () => {
    expect(ordersOn(session({ status: 'budget_exceeded', hold: spent, budget: money(5_000_000) }), [])).toEqual([
      'raise',
      'stop',
    ]);
    expect(ordersOn(session({ status: 'budget_exceeded', hold: spent, budget: money(4_990_000) }), [])).toEqual([
      'raise',
      'stop',
    ]);
  });

  test('of one that a person paused is a raise only while its own budget has nothing left', () => {
    const held = (over: Parameters<typeof session>[0]) => ordersOn(session({ status: 'paused', hold: paused, ...over }), []);
    expect(held({ budget: money(5_000_000) })).toEqual(['raise', 'stop']);
    expect(held({ budget: money(4_000_000) })).toEqual(['resume', 'stop']);
    const tokenBudget = { limitTokens: 100, spentTokens: 60, reservedTokens: 40 };
    expect(held({ tokenBudget })).toEqual(['raise', 'stop']);
  });

  test('of one that a budget for each session limits depends on what that does at its limit', () => {
    const held = session({ status: 'paused', hold: paused, budget: money(6_000_000, 'bud_1') });
    expect(ordersOn(held, [budget({ id: 'bud_1', scope: 'session', action: 'warn' })])).toEqual(['resume', 'stop']);
    expect(ordersOn(held, [budget({ id: 'bud_1', scope: 'session', action: 'stop' })])).toEqual(['raise', 'stop']);
  });

  test('of one that a shared budget holds stays as it was', () => {
    const hold = { ...spent, budgetId: 'bud_1' };
    expect(ordersOn(session({ status: 'budget_exceeded', hold, budget: money(0) }), [budget()])).toEqual(['resume', 'stop']);
  });

  test('of one that ran out of time is to go on', () => {
    expect(ordersOn(session({ status: 'timed_out', hold: { because: 'timed_out', reason: '' } }), [])).toEqual(['resume']);
  });
});
