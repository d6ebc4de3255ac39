import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaseTokens, type SharedBucket } from '../../worker/domain/shared-bucket.ts';

const settings = { seed: 20261121, numRuns: 1000 };

const full = (burst: number, version = 1): SharedBucket => ({ size: { burst, perMinute: 1 }, version, bucket: undefined });
const asks = fc.array(fc.record({ need: fc.integer({ min: 0, max: 5 }), more: fc.integer({ min: 0, max: 50 }) }), {
  minLength: 1,
  maxLength: 200,
});

describe('a bucket that rooms lease of', () => {
  it('gives no more than it has, whoever takes from it: what is needed or nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 5000 }), asks, (burst, requests) => {
        let shared = full(burst);
        let given = 0;
        for (const { need, more } of requests) {
          const { size, version } = shared;
          const answer = leaseTokens(shared, { size, version, need, wish: need + more }, 0);
          ({ shared } = answer);
          const { granted } = answer.leased;
          if (granted > 0) expect(granted).toBeGreaterThanOrEqual(need);
          else if (need > 0) expect(burst - given).toBeLessThan(need);
          given += granted;
        }
        expect(given).toBeLessThanOrEqual(burst);
      }),
      settings,
    );
  });

  it('gives nothing ahead near its edge, so that none lies idle in one room while another is refused', () => {
    const one = { size: { burst: 1000, perMinute: 1 }, version: 1, need: 1, wish: 1 };
    expect(leaseTokens(full(1000), one, 0).leased).toMatchObject({ granted: 1, remaining: 999 });
    expect(leaseTokens(full(1000), { ...one, wish: 30 }, 0).leased.granted).toBe(30);
    expect(leaseTokens(full(1000), { ...one, need: 0, wish: 0 }, 0).leased.granted).toBe(0);
    expect(leaseTokens(full(6400), { ...one, size: { burst: 6400, perMinute: 1 } }, 0).leased.granted).toBe(100);
  });

  it('lets a batch pass that is larger than itself, once it is full, and nobody else until that is paid', () => {
    const size = { burst: 10, perMinute: 60 };
    const { shared, leased } = leaseTokens({ ...full(10), size }, { size, version: 1, need: 25, wish: 25 }, 0);
    expect(leased).toMatchObject({ granted: 25, remaining: 0 });
    expect(leaseTokens(shared, { size, version: 1, need: 1, wish: 1 }, 0).leased).toMatchObject({
      granted: 0,
      retryAfterMs: 16_000,
    });
    expect(leaseTokens(shared, { size, version: 1, need: 25, wish: 25 }, 24_000).leased).toMatchObject({
      granted: 0,
      retryAfterMs: 1000,
    });
    expect(leaseTokens(shared, { size, version: 1, need: 25, wish: 25 }, 25_000).leased.granted).toBe(25);
  });

  it('is of the size that the newest policy says, whoever asks: a room that knows none yet mints nothing', () => {
    const tight = { burst: 5, perMinute: 1 };
    const assumed = { burst: 100_000, perMinute: 1_200_000 };
    const used = leaseTokens(
      { size: tight, version: 3, bucket: undefined },
      { size: tight, version: 3, need: 5, wish: 5 },
      0,
    ).shared;
    const stranger = leaseTokens(used, { size: assumed, version: 0, need: 1, wish: 1 }, 1000);
    expect(stranger.leased).toMatchObject({ granted: 0, size: tight });
    expect(leaseTokens(stranger.shared, { size: tight, version: 3, need: 1, wish: 1 }, 2000).leased.granted).toBe(0);
    expect(leaseTokens(stranger.shared, { size: assumed, version: 4, need: 1, wish: 1 }, 2000)).toMatchObject({
      leased: { granted: 0, size: assumed },
      shared: { version: 4 },
    });
  });
});
