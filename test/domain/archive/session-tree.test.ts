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

  it('holds every session once, at most so many, and always the one that is asked about', () => {
    const anyFamily = fc.integer({ min: 1, max: limits.maxTreeSessions + 30 }).chain((size) =>
      fc.record({
        parents: fc.array(fc.nat(), { minLength: size, maxLength: size }),
        self: fc.nat({ max: size - 1 }),
      }),
    );
    fc.assert(
      fc.property(anyFamily, ({ parents, self }) => {
        const family = parents.map((parent, n) => session(`s${n}`, n === 0 ? null : `s${parent % n}`, n % 60));
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
