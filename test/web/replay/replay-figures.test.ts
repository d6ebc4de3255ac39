import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockAfter } from '../../../web/models/replay/replay-clock.ts';
import { figuresAfter, noFigures, sessionAt } from '../../../web/models/replay/replay-figures.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { budgetOrder } from '../../../worker/domain/control.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { summaryOf, usageSources } from '../../../worker/domain/session-state.ts';
import { draft, finish, SessionRun, start } from '../../domain/session-run.ts';
import { session } from '../session/session-fixture.ts';

const ada = { userId: 'usr_1', name: 'Ada' };
const figuresOf = (events: readonly SessionEvent[]) => events.reduce(figuresAfter, noFigures);
const clockOf = (events: readonly SessionEvent[]) => events.reduce(clockAfter, Number.NEGATIVE_INFINITY);

/** The session at the end of these events, as a replay shows it. */
const shown = (events: readonly SessionEvent[], isWhole = true) =>
  sessionAt(session(), {
    seq: events.length,
    clockMs: clockOf(events),
    figures: figuresOf(events),
    calls: 0,
    errors: 0,
    isWhole,
  });

test('costs, tokens and limits are at every moment what the server had then', () => {
  const amount = fc.option(fc.nat({ max: 5000 }), { nil: null });
  const step = fc.oneof(
    fc.record({ do: fc.constant('usage' as const), source: fc.constantFrom(...usageSources), cost: amount }),
    fc.record({ do: fc.constant('limit' as const), money: amount, tokens: fc.option(amount, { nil: undefined }) }),
    fc.record({ do: fc.constant('tool' as const), cost: fc.nat({ max: 100 }), id: fc.nat({ max: 50 }) }),
    fc.record({ do: fc.constant('repriced' as const), source: fc.constantFrom(...usageSources), delta: fc.nat({ max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const run = new SessionRun();
      run.post(draft('session.started'));
      for (const one of steps) {
        run.post(...draftsOf(one, run));
        const { costMicroUsd, tokens, unpricedCalls, budget, tokenBudget } = summaryOf(run.state);
        const at = shown(run.events);
        expect({ costMicroUsd: at.costMicroUsd, tokens: at.tokens, unpricedCalls: at.unpricedCalls }).toEqual({
          costMicroUsd,
          tokens,
          unpricedCalls,
        });
        expect([at.budget?.limitMicroUsd, at.budget?.spentMicroUsd]).toEqual([budget?.limitMicroUsd, budget?.spentMicroUsd]);
        expect([at.tokenBudget?.limitTokens, at.tokenBudget?.spentTokens]).toEqual([
          tokenBudget?.limitTokens,
          tokenBudget?.spentTokens,
        ]);
      }
    }),
    { seed: 20261127, numRuns: 200 },
  );

  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
  function draftsOf(one: Step, run: SessionRun): Draft[] {
    switch (one.do) {
      case 'usage': {
        const usage = { input: 10, output: 1, cacheRead: 2, cacheWrite: 3 };
        return [draft('usage', { usage, usageSource: one.source, costMicroUsd: one.cost })];
      }
      case 'limit': {
        const limits = { limitMicroUsd: one.money, ...(one.tokens !== undefined && { limitTokens: one.tokens }) };
        return [budgetOrder(run.state, limits, ada)];
      }
      case 'tool':
        return [start(`t${one.id}`), finish(`t${one.id}`, 'Bash', { costMicroUsd: one.cost })];
      case 'repriced': {
        const repriced = { source: one.source, unpricedCalls: 0, models: [], subagents: [] };
        return [draft('control', { control: { action: 'repriced', deltaMicroUsd: one.delta, repriced } })];
      }
      default:
        return one satisfies never;
    }
  }
});

test('while earlier events are missing there are no sums', () => {
  const run = new SessionRun();
  run.post(draft('usage', { usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, usageSource: 'logs', costMicroUsd: 5 }));
  expect(shown(run.events, false)).toMatchObject({ costMicroUsd: 0, tokens: { input: 0 }, budget: null });
});

test('what holds the session today did not hold it then', () => {
  const at = sessionAt(session({ hold: { because: 'paused', reason: '' }, status: 'paused', approvals: [] }), {
    seq: 1,
    clockMs: Date.parse('2026-11-20T12:01:00.000Z'),
    figures: noFigures,
    calls: 2,
    errors: 1,
    isWhole: true,
  });
  expect(at).toMatchObject({ status: 'running', toolCallCount: 2, errorCount: 1, endedAt: '2026-11-20T12:01:00.000Z' });
  expect([at.hold, at.approvals]).toEqual([undefined, undefined]);
});
