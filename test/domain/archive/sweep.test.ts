import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PackRow, sweepGraceMs, sweptPacks } from '../../../worker/domain/archive/sweep.ts';

const nowMs = 10 * sweepGraceMs;
const times = fc.integer({ min: 0, max: nowMs });
const packs = fc.uniqueArray(
  fc.record({
    number: fc.integer({ min: 1, max: 30 }),
    madeAtMs: times,
    contents: fc.option(fc.integer({ min: 1, max: 9 })),
    unusedSinceMs: fc.option(times),
  }),
  { selector: ({ number }) => number },
);
const used = fc.uniqueArray(fc.integer({ min: 1, max: 30 })).map((numbers) => new Set(numbers));

describe('a sweep', () => {
  it('never touches a pack that a snapshot uses, except to remember that', () => {
    fc.assert(
      fc.property(packs, used, (rows, inUse) => {
        const { unused, givenUp, erased } = sweptPacks(
          rows.map((row): PackRow => (inUse.has(row.number) ? { ...row, contents: row.contents ?? 1 } : row)),
          inUse,
          nowMs,
        );
        expect([...unused, ...givenUp, ...erased].filter((number) => inUse.has(number))).toEqual([]);
      }),
    );
  });

  it('gives up only what an earlier sweep found unused at least a day before, and erases only what is a day old', () => {
    fc.assert(
      fc.property(packs, used, (rows, inUse) => {
        const { givenUp, erased } = sweptPacks(rows, inUse, nowMs);
        const row = (number: number) => rows.find((each) => each.number === number);
        for (const number of givenUp) expect(row(number)?.unusedSinceMs).toBeLessThanOrEqual(nowMs - sweepGraceMs);
        for (const number of erased) {
          expect(row(number)?.contents).toBeNull();
          expect(row(number)?.madeAtMs).toBeLessThanOrEqual(nowMs - sweepGraceMs);
        }
      }),
    );
  });

  it('puts a pack under one heading at most', () => {
    fc.assert(
      fc.property(packs, used, (rows, inUse) => {
        const all = Object.values(sweptPacks(rows, inUse, nowMs)).flat();
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});
