import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { giveUpAfterMs, nextStep } from '../../../worker/domain/alerts/retry.ts';

const hour = 3600_000;

describe('a delivery that failed', () => {
  it('is tried again at once, then later and later, for three days and about twenty times', () => {
    let nowMs = 0;
    let tries = 1;
    for (
      let step = nextStep({ outcome: 'retry' }, tries, 0, nowMs);
      !step.over;
      step = nextStep({ outcome: 'retry' }, tries, 0, nowMs)
    ) {
      expect(step.atMs).toBeGreaterThan(nowMs);
      nowMs = step.atMs;
      tries += 1;
    }
    expect(nextStep({ outcome: 'retry' }, 1, 0, 0)).toEqual({ over: false, atMs: 1000 });
    expect(nowMs / hour).toBeGreaterThan(60);
    expect(nowMs).toBeLessThanOrEqual(giveUpAfterMs);
    expect(tries).toBe(18);
  });

  it('waits as long as its receiver asks, half a day at most, and never less than our own wait', () => {
    fc.assert(
      fc.property(fc.nat(100 * hour), fc.integer({ min: 1, max: 30 }), (retryAfterMs, tries) => {
        const own = nextStep({ outcome: 'retry' }, tries, 0, 0);
        const asked = nextStep({ outcome: 'retry', retryAfterMs }, tries, 0, 0);
        if (own.over || asked.over) throw new Error('three days are not over');
        expect(asked.atMs).toBe(Math.max(own.atMs, Math.min(retryAfterMs, 12 * hour)));
      }),
    );
  });

  it('ends as refused once it is given up, as unknown where the last answer was lost', () => {
    expect(nextStep({ outcome: 'retry' }, 20, 0, giveUpAfterMs)).toEqual({ over: true, outcome: 'refused', givenUp: true });
    expect(nextStep({ outcome: 'unknown' }, 20, 0, giveUpAfterMs)).toEqual({ over: true, outcome: 'unknown', givenUp: true });
  });
});

it('what arrived, was refused, or cannot be known is over', () => {
  for (const outcome of ['delivered', 'refused'] as const)
    expect(nextStep({ outcome }, 1, 0, 0)).toEqual({ over: true, outcome, givenUp: false });
  expect(nextStep({ outcome: 'unknown', isFinal: true }, 1, 0, 0)).toEqual({ over: true, outcome: 'unknown', givenUp: false });
  expect(nextStep({ outcome: 'unknown' }, 1, 0, 0).over).toBe(false);
});
