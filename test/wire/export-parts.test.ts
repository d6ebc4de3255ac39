import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListedSession, partsByFamily, partsInOrder, smallerParts } from '../../wire/export-parts.ts';

const sessions = fc.array(fc.option(fc.nat(20)), { maxLength: 20 }).map((parents) =>
  parents.map(
    (parent, n): ListedSession => ({
      id: `ses_${n}`,
      parentId: parent === null ? null : `ses_${parent}`,
      startedAt: new Date(1e12 + ((n * 7) % 20)).toISOString(),
      agent: 'tester',
      externalId: `${n}`,
    }),
  ),
);

describe('the sessions of an export', () => {
  it('are each in one part, and no part has more than it may', () => {
    fc.assert(
      fc.property(sessions, fc.integer({ min: 1, max: 5 }), (all, size) => {
        for (const parts of [partsInOrder(all, size), partsByFamily(all, size)]) {
          expect(parts.flat().toSorted()).toEqual(all.map(({ id }) => id).toSorted());
          expect(parts.every((part, at) => part.length <= size && (part.length > 0 || (at === 0 && all.length === 0)))).toBe(
            true,
          );
        }
      }),
    );
  });

  it('become smaller parts until each is alone, and none is lost or empty', () => {
    fc.assert(
      fc.property(sessions, (all) => {
        const parts = smallerParts(all);
        expect(parts === null).toBe(all.length < 2);
        if (!parts) return;
        expect(parts.flat().toSorted()).toEqual(all.map(({ id }) => id).toSorted());
        expect(parts.every((part) => part.length > 0 && part.length < all.length)).toBe(true);
      }),
    );
  });

  it('are in the order of their starts, whatever the order of the list', () => {
    fc.assert(
      fc.property(sessions, (all) => {
        const moments = new Set(all.map(({ startedAt }) => startedAt));
        fc.pre(moments.size === all.length);
        expect(partsInOrder(all.toReversed(), 3)).toEqual(partsInOrder(all, 3));
      }),
    );
  });

  it('are with their parents where those fit into one file', () => {
    const of = (n: number, parentId: string | null): ListedSession => ({
      ...{ id: `ses_${n}`, parentId, agent: 'tester', externalId: `${n}` },
      startedAt: new Date(1e12 + n).toISOString(),
    });
    const all = [of(1, null), of(2, null), of(3, 'ses_1'), of(4, 'ses_3'), of(5, 'ses_2'), of(6, 'ses_gone')];
    expect(partsByFamily(all, 3)).toEqual([
      ['ses_1', 'ses_3', 'ses_4'],
      ['ses_2', 'ses_5', 'ses_6'],
    ]);
  });
});
