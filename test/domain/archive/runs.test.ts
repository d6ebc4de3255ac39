import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packHeaderBytes } from '../../../wire/pack.ts';
import { type Located, runsOf } from '../../../worker/domain/archive/runs.ts';

/** Records one after the other in some packs, of which some are wanted. */
const wanted = fc
  .array(fc.array(fc.record({ length: fc.nat(300_000), isWanted: fc.boolean() }), { maxLength: 12 }), { maxLength: 6 })
  .map((packs) =>
    packs.flatMap((records, pack) => {
      let at = 0;
      return records.flatMap(({ length, isWanted }, i): Located[] => {
        const record = { hash: `${pack}.${i}`, pack, at, length, size: length };
        at += packHeaderBytes + length;
        return isWanted ? [record] : [];
      });
    }),
  );

const bytesOf = (records: Located[]) => records.reduce((sum, { length }) => sum + packHeaderBytes + length, 0);

describe('runs', () => {
  it('lie within one pack each, in order, and hold what they are for', () => {
    fc.assert(
      fc.property(wanted, (located) => {
        for (const { pack, from, to, records } of runsOf(located.toReversed(), 1_000_000)) {
          expect(records[0]?.at).toBe(from);
          for (const record of records) {
            expect(record.pack).toBe(pack);
            expect(record.at).toBeGreaterThanOrEqual(from);
            expect(record.at + packHeaderBytes + record.length).toBeLessThanOrEqual(to);
          }
        }
      }),
    );
  });

  it('carry at most so many bytes, but always a first record, and asking for the rest comes to all of them', () => {
    fc.assert(
      fc.property(wanted, fc.integer({ min: 1, max: 600_000 }), (located, maxBytes) => {
        const got: Located[] = [];
        for (let rest = located; rest.length > 0; ) {
          const runs = runsOf(rest, maxBytes);
          const now = runs.flatMap(({ records }) => records);
          expect(now.length).toBeGreaterThan(0);
          if (now.length > 1) expect(bytesOf(now)).toBeLessThanOrEqual(maxBytes);
          for (const { from, to, records } of runs) if (records.length > 1) expect(to - from).toBeLessThanOrEqual(maxBytes);
          got.push(...now);
          rest = rest.filter((record) => !now.includes(record));
        }
        expect(got.map(({ hash }) => hash).toSorted()).toEqual(located.map(({ hash }) => hash).toSorted());
      }),
    );
  });

  it('read neighbours at once, and what is far apart by itself', () => {
    const at = (start: number): Located => ({ hash: `${start}`, pack: 1, at: start, length: 100, size: 100 });
    expect(runsOf([at(0), at(141), at(10_000)], 1e6)).toHaveLength(1);
    expect(runsOf([at(0), at(500_000)], 1e6)).toHaveLength(2);
  });
});
