import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry } from '../../../wire/snapshot.ts';
import { comparedEdits, comparedManifests, differingEntries } from '../../../worker/domain/archive/compared-files.ts';

const file = (path: string, content: string, mode = 0o644): ManifestEntry => ({
  type: 'file',
  path,
  size: content.length,
  mode,
  hash: content.padEnd(64, '0'),
});
const link = (path: string, target: string): ManifestEntry => ({ type: 'link', path, target });

const anyEntry = fc.tuple(fc.constantFrom('a', 'b', 'a/b', 'a-b', 'é', 'z'), fc.constantFrom('x', 'y', 'link'));
const anyManifest = fc
  .array(anyEntry, { maxLength: 8 })
  .map((pairs) => [...new Map(pairs).entries()].map(([path, kind]) => (kind === 'link' ? link(path, 'to') : file(path, kind))))
  .map((entries) => entries.sort((one, other) => (one.path < other.path ? -1 : 1)));

describe('the files of two snapshots', () => {
  it('are added, removed, changed in content, permissions or kind, or the same', () => {
    const a = [
      file('changed', 'x'),
      file('gone', 'x'),
      link('link', 'one'),
      file('mode', 'x'),
      file('same', 'x'),
      file('type', 'x'),
    ];
    const b = [
      file('changed', 'yy'),
      link('link', 'two'),
      file('mode', 'x', 0o755),
      file('new', 'x'),
      file('same', 'x'),
      link('type', 'x'),
    ];
    const { items, ...rest } = comparedManifests(a, b);
    expect(rest).toEqual({ from: 'snapshots', unchanged: 1, leftOut: 0 });
    expect(items).toEqual([
      { path: 'changed', change: 'changed', sizeA: 1, sizeB: 2 },
      { path: 'gone', change: 'removed', sizeA: 1, sizeB: null },
      { path: 'link', change: 'changed', sizeA: null, sizeB: null },
      { path: 'mode', change: 'changed', sizeA: 1, sizeB: 1 },
      { path: 'new', change: 'added', sizeA: null, sizeB: 1 },
      { path: 'type', change: 'changed', sizeA: 1, sizeB: null },
    ]);
  });

  it('are each compared once, as if by their paths', () => {
    fc.assert(
      fc.property(anyManifest, anyManifest, (a, b) => {
        const found = [...differingEntries(a, b)];
        const paths = [...new Set([...a, ...b].map(({ path }) => path))].sort();
        const of = (entries: ManifestEntry[], path: string) => entries.find((entry) => entry.path === path);
        const expected = paths
          .map((path) => ({ path, a: of(a, path), b: of(b, path) }))
          .filter((pair) => JSON.stringify(pair.a) !== JSON.stringify(pair.b));
        expect(found).toEqual(expected);
        const compared = comparedManifests(a, b);
        if (compared.from !== 'snapshots') throw new Error('They are snapshots.');
        expect(compared.unchanged).toBe(paths.length - expected.length);
        const turned = comparedManifests(b, a).items.length;
        expect(turned).toBe(compared.items.length);
      }),
    );
  });

  it('beyond the cap are counted', () => {
    const many = Array.from({ length: limits.maxComparedFiles + 5 }, (_, i) => file(String(i).padStart(6, '0'), 'x'));
    expect(comparedManifests([], many)).toMatchObject({ leftOut: 5, unchanged: 0 });
    expect(comparedManifests(many, many)).toMatchObject({ items: [], unchanged: many.length });
  });
});

describe('the files that two sessions edited', () => {
  it('are those of both, and how often each edited them', () => {
    const edits = (pairs: [string, number][]) => ({ edits: new Map(pairs), editsLeftOut: 0 });
    expect(
      comparedEdits(
        edits([
          ['a', 1],
          ['z', 2],
        ]),
        edits([
          ['b', 3],
          ['z', 1],
        ]),
      ),
    ).toEqual({
      from: 'edits',
      items: [
        { path: 'z', editsA: 2, editsB: 1 },
        { path: 'a', editsA: 1, editsB: 0 },
        { path: 'b', editsA: 0, editsB: 3 },
      ],
      leftOut: 0,
    });
  });
});
