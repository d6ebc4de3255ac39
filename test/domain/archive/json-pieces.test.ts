import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonPath, type JsonPiece, JsonPieces } from '../../../worker/domain/archive/json-pieces.ts';

const roomy = { maxLength: 1e6, maxDepth: 100 };
const isItem = (path: JsonPath) => path.length === 2 && path[0] === 'items';

/** Takes a text apart that arrives in chunks of this size. */
function taken(text: string, size = text.length, limits = roomy) {
  const pieces = new JsonPieces(isItem, limits);
  const found: JsonPiece[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, size)) found.push(...pieces.push(text.slice(at, at + Math.max(1, size))));
  return { found, skeleton: pieces.skeleton };
}

describe('a document in pieces', () => {
  it('is the same values as parsed at once, whatever is in them, however it is written, wherever it is cut', () => {
    const items = fc.array(fc.jsonValue(), { maxLength: 5 });
    const indent = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(
        items,
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
        indent,
        fc.nat(50),
        (values, others, space, size) => {
          const document = { ...others, items: values, after: 'x' };
          const { found, skeleton } = taken(JSON.stringify(document, null, space), size + 1);
          expect(found.map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
          expect(found.map(({ path }) => path)).toEqual(values.map((_, i) => ['items', i]));
          expect(JSON.parse(skeleton ?? '')).toEqual({ ...document, items: values.map(() => 0) });
        },
      ),
    );
  });

  it('keeps a field named __proto__, which assignment would lose', () => {
    expect(taken('{"items":[{"__proto__":{"a":1}}]}').found).toEqual([{ path: ['items', 0], text: '{"__proto__":{"a":1}}' }]);
  });

  it('names its paths by what the keys say, escaped or not', () => {
    expect(taken('{"\\u0069tems":[1,"]",{}]}').found.map(({ text }) => text)).toEqual(['1', '"]"', '{}']);
  });
});

describe('what is no JSON', () => {
  it.each([
    ['two values without a comma', '{"items":[{} {}]}'],
    ['two without anything between', '{"items":[{}{}]}'],
    ['a comma too many', '{"items":[{},]}'],
    ['an end too early', '{"items":[{}'],
    ['something after its end', '{"items":[{}]} x'],
    ['no key', '{"items":[1],2}'],
    ['a colon in a list', '{"items":[1:2]}'],
    ['another bracket at the end', '{"items":[1}}'],
    ['a value that is none', '{"items":[nope]}'],
  ])('is found out, with %s', (_what, text) => {
    const { found, skeleton } = taken(text);
    expect(() => {
      JSON.parse(skeleton ?? '');
      for (const piece of found) JSON.parse(piece.text);
    }).toThrow();
  });

  it('never hangs, and never passes what JSON.parse would not', () => {
    const soup = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'items', '"items"', ' ', '1', 'true'), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(soup, fc.nat(5), (parts, size) => {
        const text = parts.join('');
        const isJson = (json: string) => {
          try {
            JSON.parse(json);
            return true;
          } catch {
            return false;
          }
        };
        const { found, skeleton } = taken(text, size + 1);
        const passes = isJson(skeleton ?? '') && found.every((piece) => isJson(piece.text));
        if (passes) expect(isJson(text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a hostile document', () => {
  it('is held to its limits: a piece too long or too deep is named, and the others are read', () => {
    const long = JSON.stringify('x'.repeat(100));
    const deep = '['.repeat(30) + ']'.repeat(30);
    const { found } = taken(`{"items":[1,${long},${deep},2]}`, 7, { maxLength: 70, maxDepth: 10 });
    expect(found).toEqual([
      { path: ['items', 0], text: '1' },
      { path: ['items', 1], text: '', wrong: 'too long' },
      { path: ['items', 2], text: '', wrong: 'too deep' },
      { path: ['items', 3], text: '2' },
    ]);
  });

  it.each([
    ['a million brackets', '['.repeat(1_000_000)],
    ['a million braces', '{"a":'.repeat(1_000_000)],
    ['a string without an end', `"${'x'.repeat(5_000_000)}`],
  ])('of %s is given up', (_what, text) => {
    expect(taken(text, 65_536).skeleton).toBeUndefined();
  });

  it('of a million brackets in a piece is read through without recursion', () => {
    const text = `{"items":[${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}]}`;
    expect(taken(text, 65_536).found).toEqual([{ path: ['items', 0], text: '', wrong: 'too deep' }]);
  });
});
