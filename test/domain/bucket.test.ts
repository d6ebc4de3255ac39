import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, type BucketRule, leaseTokens, takeToken, takeTokens } from '../../worker/domain/bucket.ts';

const settings = { seed: 20261121, numRuns: 1000 };
const rules = fc.record({ capacity: fc.integer({ min: 1, max: 20 }), refillMs: fc.integer({ min: 1, max: 5000 }) });

/** Which of these moments got a token. */
function granted(rule: BucketRule, times: number[]): number[] {
  let bucket: Bucket | undefined;
  return times.filter((nowMs) => {
    const answer = takeToken(bucket, rule, nowMs);
    ({ bucket } = answer);
    return answer.allow;
  });
}

describe('a token bucket', () => {
  it('never gives more than its capacity and what came back, in any window', () => {
    const steps = fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(rules, steps, (rule, gaps) => {
        let nowMs = 1_000_000;
        const given = granted(
          rule,
          gaps.map((gap) => {
            nowMs += gap;
            return nowMs;
          }),
        );
        for (let from = 0; from < given.length; from += 1) {
          for (let to = from; to < given.length; to += 1) {
            const windowMs = (given[to] ?? 0) - (given[from] ?? 0);
            expect(to - from + 1).toBeLessThanOrEqual(rule.capacity + windowMs / rule.refillMs + 1e-6);
          }
        }
      }),
      settings,
    );
  });

  it('mints nothing for a clock that goes back and forth', () => {
    const jumps = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(rules, jumps, (rule, moves) => {
        const times = moves.map((move) => 1_000_000 + move);
        const spanMs = Math.max(...times) - Math.min(...times);
        expect(granted(rule, times).length).toBeLessThanOrEqual(rule.capacity + spanMs / rule.refillMs + 1e-6);
      }),
      settings,
    );
  });

  it('says when to come back, and keeps its word', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        let bucket: Bucket | undefined;
        for (let taken = 0; taken < rule.capacity; taken += 1) ({ bucket } = takeToken(bucket, rule, 0));
        const refused = takeToken(bucket, rule, 0);
        expect(refused).toMatchObject({ allow: false, remaining: 0 });
        expect(refused.retryAfterMs).toBeGreaterThan(0);
        expect(takeToken(refused.bucket, rule, refused.retryAfterMs).allow).toBe(true);
        expect(takeToken(refused.bucket, rule, refused.retryAfterMs - 1).allow).toBe(false);
      }),
      settings,
    );
  });

  it('is full at first, counts down, and is full again after a while and not fuller', () => {
    const rule = { capacity: 3, refillMs: 1000 };
    const first = takeToken(undefined, rule, 0);
    expect(first).toMatchObject({ allow: true, remaining: 2, retryAfterMs: 0 });
    expect(takeToken(first.bucket, rule, 1_000_000)).toMatchObject({ allow: true, remaining: 2 });
  });

  it('gives all of what is asked for or nothing, and what it could never hold at once only from full', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(rules, counts, (rule, asked) => {
        let bucket: Bucket | undefined;
        let given = 0;
        for (const count of asked) {
          const answer = takeTokens(bucket, rule, 0, count);
          ({ bucket } = answer);
          if (answer.allow) given += Math.min(count, rule.capacity);
          expect(bucket.tokens).toBe(rule.capacity - given);
        }
      }),
      settings,
    );
  });

  it('leases no more than it has, however many take from it, and at its edge what is needed alone', () => {
    const sizes = fc.record({ capacity: fc.integer({ min: 1, max: 5000 }), refillMs: fc.constant(1000) });
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 200 }), (rule, needs) => {
        let bucket: Bucket | undefined;
        let granted = 0;
        for (const need of needs) {
          const answer = leaseTokens(bucket, rule, 0, need);
          ({ bucket } = answer);
          granted += answer.granted;
          if (need > 0 && need <= rule.capacity) expect(answer.granted > 0).toBe(answer.allow);
          if (rule.capacity < 64 && answer.granted > 0) expect(answer.granted).toBe(Math.min(need, rule.capacity));
        }
        expect(granted).toBeLessThanOrEqual(rule.capacity);
      }),
      settings,
    );
  });
});
