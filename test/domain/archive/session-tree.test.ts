import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { treeOf } from '../../../worker/domain/archive/session-tree.ts';
import { summary } from '../../store/sessions/summary.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
const session = (id: string, parentId: string | null, second = 0): SessionSummary =>
  summary(id, { parentId, startedAt: at(second), outcome: `${id} is done` });

describe('the tree of a family', () => {
  it('has each session before its children, and those by when they started', () => {
    const family = [session('late', 'root', 9), session('leaf', 'early', 1), session('early', 'root', 3), session('root', null)];
    const tree = treeOf(family, session('early', 'root', 3));
    expect(tree.nodes.map(({ id, parentId }) => [id, parentId])).toEqual([
      ['root', null],
      ['early', 'root'],
      ['leaf', 'early'],
      ['late', 'root'],
    ]);
    expect(tree.isCut).toBe(false);
    expect(tree.nodes[0]).toMatchObject({ outcome: 'root is done', status: 'running', costMicroUsd: 0 });
  });

  it('takes the session that is asked about from its room, not from the index', () => {
    const self = { ...session('a', null), title: 'newer' };
    expect(treeOf([session('a', null)], self).nodes).toMatchObject([{ title: 'newer' }]);
    expect(treeOf([], self).nodes, 'the index does not know it yet').toMatchObject([{ title: 'newer' }]);
  });

  it('leaves the children of a deleted session as roots', () => {
    const tree = treeOf([session('b', 'gone'), session('a', 'gone')], session('a', 'gone'));
    expect(tree.nodes.map(({ id, parentId }) => [id, parentId])).toEqual([
      ['a', null],
      ['b', null],
    ]);
  });

  it('begins with the session that is asked about where that is its own ancestor', () => {
    const family = [session('a', 'c', 1), session('b', 'a', 2), session('c', 'b', 3), session('d', 'a', 4), session('e', 'e', 5)];
    expect(treeOf(family.slice(0, 4), session('b', 'a', 2)).nodes.map(({ id, parentId }) => [id, parentId])).toEqual([
      ['b', null],
      ['c', 'b'],
      ['a', 'c'],
      ['d', 'a'],
    ]);
    expect(treeOf([], session('e', 'e', 5)).nodes).toMatchObject([{ id: 'e', parentId: null }]);
  });

  it('holds every session once, at most so many, and always the one that is asked about', () => {
    const anyFamily = fc.integer({ min: 1, max: limits.maxTreeSessions + 30 }).chain((size) =>
      fc.record({
        parents: fc.array(fc.nat(), { minLength: size, maxLength: size }),
        self: fc.nat({ max: size - 1 }),
        // Of the first one, which closes a circle where it is there.
        first: fc.option(fc.nat({ max: size - 1 })),
      }),
    );
    fc.assert(
      fc.property(anyFamily, ({ parents, self, first }) => {
        const above = (parent: number, n: number) => (n === 0 ? first : parent % n);
        const family = parents.map((parent, n) => {
          const at = above(parent, n);
          return session(`s${n}`, at === null ? null : `s${at}`, n % 60);
        });
        const me = family[self] ?? session('s0', null);
        const { nodes, isCut } = treeOf(family, me);
        const ids = nodes.map(({ id }) => id);
        expect(new Set(ids).size).toBe(Math.min(family.length, limits.maxTreeSessions));
        expect(ids).toContain(me.id);
        expect(isCut).toBe(family.length > limits.maxTreeSessions);
        for (const [index, { parentId }] of nodes.entries())
          if (parentId !== null) expect(ids.indexOf(parentId)).toBeLessThan(index);
      }),
      { numRuns: 40 },
    );
  });
});
