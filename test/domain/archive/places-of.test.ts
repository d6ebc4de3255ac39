import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf } from '../../../worker/domain/archive/places-of.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 });

describe('the places of a text in another', () => {
  it('are those between the parts that it splits the other into', () => {
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 }), (text, wanted) => {
        const parts = text.split(wanted);
        const ends = parts.slice(0, -1).map((_, n) => parts.slice(0, n + 1).join(wanted).length);
        expect(placesOf(text, wanted, Number.POSITIVE_INFINITY)).toEqual(ends);
        expect(placesOf(text, wanted, 1)).toEqual(ends.slice(0, 1));
      }),
    );
  });

  it('are none of nothing, and none of what is longer', () => {
    expect([placesOf('abc', '', 9), placesOf('abc', 'abcd', 9), placesOf('', 'a', 9)]).toEqual([[], [], []]);
  });

  it('are found in a text of a megabyte that repeats itself, where comparing place after place would take a minute', () => {
    const text = 'a'.repeat(1024 * 1024);
    expect(placesOf(text, `b${'a'.repeat(512 * 1024)}`, 9)).toEqual([]);
    expect(placesOf(text, `${'a'.repeat(512 * 1024)}b`, 9)).toEqual([]);
    expect(placesOf(text, 'a'.repeat(512 * 1024), 9)).toEqual([0, 512 * 1024]);
  });
});
