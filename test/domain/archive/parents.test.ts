import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parentsIn } from '../../../worker/domain/archive/parents.ts';

/** All that lie above a session, the nearest first; stops where one comes again. */
function above(parents: ReadonlyMap<string, string | null>, id: string): string[] {
  const found: string[] = [];
  for (let at = parents.get(id) ?? null; at !== null && !found.includes(at); at = parents.get(at) ?? null) found.push(at);
  return found;
}

it('no session is its own ancestor, and only a parent that would close a circle is dropped', () => {
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const files = fc.uniqueArray(fc.record({ id: ids, parentId: fc.option(fc.oneof(ids, fc.constant('elsewhere'))) }), {
    selector: ({ id }) => id,
  });
  fc.assert(
    fc.property(files, (sessions) => {
      const parents = parentsIn(sessions);
      for (const { id, parentId } of sessions) {
        expect(above(parents, id)).not.toContain(id);
        if (parents.get(id) === parentId) continue;
        expect(parents.get(id)).toBeNull();
        expect([parentId, ...above(parents, parentId ?? '')]).toContain(id);
      }
    }),
  );
});

it('of two that are each other’s parent, the first keeps it', () => {
  const both = [
    { id: 'a', parentId: 'b' },
    { id: 'b', parentId: 'a' },
    { id: 'c', parentId: 'c' },
  ];
  expect([...parentsIn(both)]).toEqual([
    ['a', 'b'],
    ['b', null],
    ['c', null],
  ]);
});
