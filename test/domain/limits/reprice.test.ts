import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import type { ModelPrice } from '../../../wire/price.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { correctionOf, newRecount, recounted } from '../../../worker/domain/limits/reprice.ts';
import { costsOf } from '../../../worker/domain/session-costs.ts';
import { chargedUsage, summaryOf, usageSources } from '../../../worker/domain/session-state.ts';
import { draft, SessionRun, startMs } from '../session-run.ts';

const ada = { userId: 'usr_1', name: 'Ada' };

const price = (model: string, input: number): ModelPrice => ({
  id: `${model} ${input}`,
  model,
  input,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  from: '2026-01-01T00:00:00.000Z',
});

const called = (model: string, costMicroUsd: number | null, rest: Partial<Draft> = {}): Draft =>
  draft('usage', {
    usage: {
      input: 1_000_000,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
      model,
      ...(costMicroUsd !== null && { pricedBy: 'agent' as const }),
    },
    usageSource: 'logs',
    costMicroUsd,
    ...rest,
  });

/** Recalculates a session; answers the correction that was appended. */
function recalculate(run: SessionRun, prices: ModelPrice[]): Draft | null {
  const start = newRecount(run.state);
  if (!start) return null;
  const recount = run.events.reduce((counted, event) => recounted(counted, event, prices, () => null), start);
  const correction = correctionOf(run.state, recount, ada);
  if (correction) run.post(correction);
  return correction;
}

describe('a recalculation', () => {
  it('corrects a session by the difference, in one event that says who, and leaves its events as they are', () => {
    const run = new SessionRun();
    run.post(called('opus', 40), called('haiku', null, { subagentId: 'a1' }));
    const before = structuredClone(run.events);
    expect(recalculate(run, [price('opus', 100), price('haiku', 5)])).toMatchObject({
      text: 'Ada recalculated its cost: $0.000065 more',
      control: { action: 'repriced', deltaMicroUsd: 65, by: ada },
    });
    expect(run.events.slice(0, 2)).toEqual(before);
    expect(run.events).toHaveLength(3);
    expect(summaryOf(run.state)).toMatchObject({ costMicroUsd: 105, unpricedCalls: 0 });
    expect(costsOf(run.state)).toMatchObject({
      models: [
        { name: 'opus', calls: 1, costMicroUsd: 100 },
        { name: 'haiku', calls: 1, costMicroUsd: 5 },
      ],
      subagents: [{ id: 'a1', calls: 1, costMicroUsd: 5 }],
    });
  });

  it('is no activity: the session stays where it is in the list, and on the day that it is corrected for', () => {
    const run = new SessionRun();
    run.post(called('opus', 40));
    const { lastEventAt, activity } = summaryOf(run.state);
    const { windowStarts } = run.state;
    run.nowMs += 40 * 24 * 3600_000;
    recalculate(run, [price('opus', 100)]);
    expect(summaryOf(run.state)).toMatchObject({ lastEventAt, activity, costMicroUsd: 100 });
    expect(run.state.windowStarts).toEqual(windowStarts);
  });

  it('without the organization’s price goes back to what the agent said', () => {
    const run = new SessionRun();
    run.post(
      called('opus', 40, { usage: { ...called('opus', 40).usage, pricedBy: 'organization', agentMicroUsd: 30 } as never }),
    );
    expect(recalculate(run, [])).toMatchObject({ control: { deltaMicroUsd: -10 } });
    expect(summaryOf(run.state).costMicroUsd).toBe(30);
  });

  it('moves what is only put down to the wrong model', () => {
    const run = new SessionRun();
    run.post(called('opus', 40), called('haiku', 60));
    expect(recalculate(run, [price('opus', 60), price('haiku', 40)])).toMatchObject({ control: { deltaMicroUsd: 0 } });
    expect(costsOf(run.state).models.map(({ costMicroUsd }) => costMicroUsd)).toEqual([60, 40]);
  });

  it('finds nothing to do the second time, whatever came before and whichever prices there are', () => {
    const models = fc.constantFrom(
      'opus',
      'haiku',
      '__proto__',
      '',
      ...Array.from({ length: limits.maxCostModels }, (_, n) => `m${n}`),
    );
    const usages = fc
      .record({
        model: models,
        cost: fc.option(fc.nat(99)),
        source: fc.constantFrom(...usageSources),
        lane: fc.constantFrom(undefined, 'a', 'b'),
      })
      .map(({ model, cost, source, lane }) => called(model, cost, { usageSource: source, subagentId: lane }));
    const table = fc.array(fc.record({ model: fc.constantFrom('opus', 'm*', '*'), input: fc.nat(99) }), { maxLength: 3 });
    const steps = fc.array(fc.record({ drafts: fc.array(usages, { maxLength: 20 }), table }), { maxLength: 4 });
    fc.assert(
      fc.property(steps, (all) => {
        const run = new SessionRun();
        for (const step of all) {
          for (const one of step.drafts) run.post(one);
          const prices = step.table.map(({ model, input }) => price(model, input));
          const before = chargedUsage(run.state).costMicroUsd;
          const delta = recalculate(run, prices)?.control?.deltaMicroUsd ?? 0;
          expect(chargedUsage(run.state).costMicroUsd - before).toBe(delta);
          expect(recalculate(run, prices)).toBeNull();
          const { models: parts, costMicroUsd } = costsOf(run.state);
          expect(parts.reduce((sum, part) => sum + part.costMicroUsd, 0)).toBe(costMicroUsd);
        }
      }),
      { seed: startMs % 1000, numRuns: 500 },
    );
  });
});
