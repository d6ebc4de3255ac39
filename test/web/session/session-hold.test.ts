import { expect, test } from 'vitest';
import { raisesFor } from '../../../web/models/session/session-hold.ts';
import { heldLimit, raisedBy, raisedTo } from '../../../wire/held-limit.ts';
import { budget } from '../costs/budget-fixture.ts';
import { session } from './session-fixture.ts';

const money = { limitMicroUsd: 50_000, spentMicroUsd: 49_000, reservedMicroUsd: 0 };
const tokens = { limitTokens: 1500, spentTokens: 100, reservedTokens: 0 };
const hold = (budgetId?: string) => ({ because: 'budget_exceeded' as const, reason: 'spent', ...(budgetId && { budgetId }) });

test('what holds a session by itself may be raised for it alone: its own limit, or what each session gets', () => {
  const status = 'budget_exceeded' as const;
  expect(heldLimit(session({ status, budget: money, hold: hold() }))).toMatchObject({ unit: 'micro_usd', limit: 50_000 });
  const given = { ...money, budgetId: 'bud_1' };
  expect(heldLimit(session({ status, budget: given, hold: hold('bud_1') }))).toMatchObject({ limit: 50_000 });
  expect(heldLimit(session({ status, budget: given, hold: hold('bud_2') }))).toBeNull();
  expect(heldLimit(session({ status: 'running', budget: money }))).toBeNull();
  const both = session({ status, budget: money, tokenBudget: tokens, hold: hold() });
  expect(heldLimit(both)).toMatchObject({ unit: 'micro_usd' });
  expect(heldLimit({ ...both, tokenBudget: { ...tokens, spentTokens: 1499 } })).toMatchObject({ unit: 'tokens' });
});

test('a limit that child sessions share is raised at the session that has it, and only there', () => {
  const status = 'budget_exceeded' as const;
  const own = session({ status, budget: money, tokenBudget: tokens });
  expect(heldLimit({ ...own, hold: hold('family:ses_a/micro_usd') })).toMatchObject({ unit: 'micro_usd' });
  expect(heldLimit({ ...own, hold: hold('family:ses_a/tokens') })).toMatchObject({ unit: 'tokens' });
  const given = { ...own, budget: { ...money, budgetId: 'bud_1' } };
  expect(heldLimit({ ...given, hold: hold('family:ses_a/bud_1') })).toMatchObject({ limit: 50_000 });
  expect(heldLimit({ ...own, hold: hold('family:ses_parent/micro_usd') })).toBeNull();
});

test('raising leaves room for something, in the limit’s own unit', () => {
  const held = { unit: 'tokens' as const, limit: 1500, spent: 2000 };
  expect(raisesFor(held)).toEqual([10_000, 20_000, 50_000]);
  expect(raisesFor({ unit: 'tokens', limit: 2_000_000, spent: 0 })).toEqual([1_000_000, 2_000_000, 5_000_000]);
  expect(raisedBy(held, 10_000)).toEqual({ limitTokens: 12_000 });
  expect(raisedBy({ unit: 'micro_usd', limit: 50_000, spent: 10 }, 1_000_000)).toEqual({ limitMicroUsd: 1_050_000 });
});

test('a shared budget that holds it may be raised from here, too', () => {
  const shared = [budget({ id: 'bud_1', spent: 9_990_000 }), budget({ id: 'bud_2', scope: 'session', window: 'session' })];
  const held = heldLimit(session({ status: 'budget_exceeded', hold: hold('bud_1') }), shared);
  expect(held).toEqual({ unit: 'micro_usd', limit: 10_000_000, spent: 9_990_000, budget: shared[0] });
  expect(held && raisedTo(held, 5_000_000)).toBe(15_000_000);
  expect(heldLimit(session({ status: 'budget_exceeded', hold: hold('bud_9') }), shared)).toBeNull();
});

test('a budget that paused it may be raised; a person’s pause has none', () => {
  const paused = (budgetId?: string) => ({ because: 'paused' as const, reason: 'wait', ...(budgetId && { budgetId }) });
  const given = { ...money, budgetId: 'bud_2' };
  expect(heldLimit(session({ status: 'paused', budget: given, hold: paused('bud_2') }))).toMatchObject({ limit: 50_000 });
  expect(heldLimit(session({ status: 'paused', hold: paused('bud_1') }), [budget({ action: 'pause' })])).toMatchObject({
    budget: { id: 'bud_1' },
  });
  expect(heldLimit(session({ status: 'paused', budget: money, hold: paused() }), [budget()])).toBeNull();
});

test('a limit of the session that started it may be raised from here, once that is known', () => {
  const child = session({ id: 'ses_b', parentId: 'ses_a', status: 'budget_exceeded', hold: hold('family:ses_a/micro_usd') });
  const parent = session({ budget: { ...money, spentMicroUsd: 51_000 } });
  expect(heldLimit(child, [], parent)).toEqual({ unit: 'micro_usd', limit: 50_000, spent: 51_000, parent });
  expect(heldLimit(child, [], null)).toBeNull();
  expect(heldLimit({ ...child, hold: hold('family:ses_elder/micro_usd') }, [], parent)).toBeNull();
});

test('no raise goes beyond what the server takes', () => {
  expect(raisedTo({ unit: 'micro_usd', limit: 1_000_000_000_000, spent: 0 }, 5_000_000)).toBe(1_000_000_000_000);
});
