import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AlertLog, type Outcome } from './alert-log.ts';
import { expectedOutcomes, momentsOf, script } from './week.ts';

/** Two alerts of one minute have no order. */
const sorted = (outcomes: readonly Outcome[]) => outcomes.map((outcome) => JSON.stringify(outcome)).toSorted();

it('a week with double, late and missing ticks fires, keeps quiet, throttles and resolves as the reference says', () => {
  let fired = 0;
  fc.assert(
    fc.property(script, (week) => {
      const moments = momentsOf(week);
      const log = new AlertLog();
      for (const { facts, nowMs } of moments) log.evaluate(week.rules, facts, nowMs);
      fired += log.outcomes.length;
      expect(sorted(log.outcomes)).toEqual(sorted(expectedOutcomes(week, moments)));
    }),
    { numRuns: 40 },
  );
  expect(fired).toBeGreaterThan(100);
});
