import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bucket,
  type BucketRule,
  bucketRule,
  isWorthKeeping,
  refilled,
  resized,
  takeToken,
  takeTokens,
} from '../../worker/domain/bucket.ts';

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

  it('also for rates that do not divide a minute, and however often it was taken from', () => {
    const sizes = fc.record({ burst: fc.integer({ min: 1, max: 500 }), perMinute: fc.integer({ min: 1, max: 100_000 }) });
    const takes = fc.array(fc.record({ gap: fc.nat({ max: 2000 }), count: fc.integer({ min: 1, max: 600 }) }), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, takes, fc.integer({ min: 1, max: 600 }), (size, before, count) => {
        const rule = bucketRule(size);
        let bucket: Bucket | undefined;
        let nowMs = 0;
        for (const take of before) {
          nowMs += take.gap;
          ({ bucket } = takeTokens(bucket, rule, nowMs, take.count));
        }
        const answer = takeTokens(bucket, rule, nowMs, count);
        if (answer.allow) return;
        expect(takeTokens(answer.bucket, rule, nowMs + answer.retryAfterMs, count).allow).toBe(true);
        // A millisecond is the grain of clocks; what comes back in one may be several tokens.
        expect(takeTokens(answer.bucket, rule, nowMs + answer.retryAfterMs - 2, count).allow).toBe(false);
      }),
      settings,
    );
  });

  it('says how long it really takes while a clock that went back an hour catches up', () => {
    const rule = { capacity: 1, refillMs: 1000 };
    const hour = 3600_000;
    const { bucket } = takeToken(undefined, rule, hour);
    const refused = takeToken(bucket, rule, 0);
    expect(refused).toMatchObject({ allow: false, retryAfterMs: hour + 1000 });
    expect(takeToken(refused.bucket, rule, refused.retryAfterMs - 1).allow).toBe(false);
    expect(takeToken(refused.bucket, rule, refused.retryAfterMs).allow).toBe(true);
  });

  it('gives all of what is asked for or nothing, and more than it can hold only from full, on credit that is paid before anything passes', () => {
    const takes = fc.array(fc.record({ gap: fc.nat({ max: 20_000 }), count: fc.integer({ min: 1, max: 40 }) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rules, takes, (rule, asked) => {
        let bucket: Bucket | undefined;
        let nowMs = 0;
        let given = 0;
        for (const { gap, count } of asked) {
          nowMs += gap;
          const found = refilled(bucket, rule, nowMs).tokens;
          const answer = takeTokens(bucket, rule, nowMs, count);
          ({ bucket } = answer);
          if (!answer.allow) {
            expect(bucket.tokens).toBe(found);
            continue;
          }
          given += count;
          expect(found).toBeGreaterThan(Math.min(count, rule.capacity) - 1e-5);
          expect(bucket.tokens).toBeCloseTo(found - count, 6);
          // Batches are no way around the rate: what is over the burst is the last one's own.
          expect(given).toBeLessThanOrEqual(rule.capacity + nowMs / rule.refillMs + Math.max(0, count - rule.capacity) + 1e-5);
        }
      }),
      settings,
    );
  });

  it('that is resized gets nothing by it, and loses what it cannot hold', () => {
    const [small, large] = [bucketRule({ burst: 10, perMinute: 60 }), bucketRule({ burst: 100, perMinute: 6000 })];
    const { bucket } = takeTokens(undefined, small, 0, 10);
    expect(resized(bucket, small, large, 2000)).toEqual({ tokens: 2, atMs: 2000 });
    expect(resized({ tokens: 80, atMs: 0 }, large, small, 0)).toEqual({ tokens: 10, atMs: 0 });
    expect(resized(undefined, small, large, 0)).toBeUndefined();
  });

  it('is kept where an eviction could fill it, and only there', () => {
    const fast = bucketRule({ burst: 10_000, perMinute: 120_000 });
    expect(isWorthKeeping(takeTokens(undefined, fast, 0, 10_000).bucket, fast, 0)).toBe(false);
    const slow = bucketRule({ burst: 50, perMinute: 60 });
    expect(isWorthKeeping(takeTokens(undefined, slow, 0, 50).bucket, slow, 0)).toBe(true);
    expect(isWorthKeeping(takeTokens(undefined, slow, 0, 5).bucket, slow, 0)).toBe(false);
    // A debt takes longer.
    expect(
      isWorthKeeping(takeTokens(undefined, { capacity: 1, refillMs: 1000 }, 0, 500).bucket, { capacity: 1, refillMs: 1000 }, 0),
    ).toBe(true);
  });
});
