import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearLines, SessionTreeModel, treeCost, treeRows, walk } from '../../../web/models/session/session-tree.ts';
import type { SessionTree, TreeNode } from '../../../wire/session-tree.ts';
import { session } from './session-fixture.ts';

const node = (id: string, parentId: string | null, over: Partial<TreeNode> = {}): TreeNode => ({
  ...{ id, parentId, title: id, agent: 'claude-code', status: 'running', costMicroUsd: 100 },
  ...{ startedAt: `2026-11-20T12:00:0${id.length}.000Z`, endedAt: null, lastSeq: 1 },
  ...over,
});

const family = [node('r', null), node('a', 'r'), node('bb', 'r'), node('aa', 'a'), node('aaa', 'a')];
const tree = (nodes: TreeNode[]): SessionTree => ({ nodes, isCut: false });
const loaded = async (nodes: TreeNode[] = family) => {
  const model = new SessionTreeModel({ tree: () => Promise.resolve(tree(nodes)) });
  await model.load();
  return model;
};
const drawn = (rows: ReturnType<typeof treeRows>) => rows.map(({ node: { id }, level, lines }) => [id, level, lines]);

test('a tree is drawn from its root on, with the lines that lead past and to each session', async () => {
  expect(drawn((await loaded()).rows.value)).toEqual([
    ['r', 1, []],
    ['a', 2, [true]],
    ['aa', 3, [true, true]],
    ['aaa', 3, [true, false]],
    ['bb', 2, [false]],
  ]);
  expect(treeCost(treeRows(family))).toBe(500);
});

test('a session deep down keeps room for its title: the last six lines are drawn, four of them on a phone', () => {
  const deep = Array.from({ length: 12 }, (_, n) => node(`n${n}`, n === 0 ? null : `n${n - 1}`));
  const { level, lines = [] } = treeRows(deep).at(-1) ?? {};
  expect([level, lines.length]).toEqual([12, 11]);
  expect(nearLines(lines).map(({ isOwn, isFar }) => [isOwn, isFar])).toEqual([
    ...[0, 1].map(() => [false, true]),
    ...[2, 3, 4].map(() => [false, false]),
    [true, false],
  ]);
  expect(nearLines([true, false])).toEqual([
    { goesOn: true, isOwn: false, isFar: false },
    { goesOn: false, isOwn: true, isFar: false },
  ]);
  expect(nearLines([])).toEqual([]);
});

test('the arrows walk it: down and up along it, right to the first child, left to the parent', () => {
  const rows = treeRows(family);
  const ids = rows.map((row) => row.node.id);
  const from = (id: string, key: string) => ids[walk(rows, ids.indexOf(id), key) ?? -1];
  expect(from('r', 'ArrowDown')).toBe('a');
  expect(from('aaa', 'ArrowDown')).toBe('bb');
  expect(from('bb', 'ArrowDown')).toBeUndefined();
  expect(from('a', 'ArrowRight')).toBe('aa');
  expect(from('aa', 'ArrowRight')).toBeUndefined();
  expect(from('bb', 'ArrowLeft')).toBe('r');
  expect(from('r', 'ArrowLeft')).toBeUndefined();
  expect(from('aa', 'Home')).toBe('r');
  expect(from('a', 'End')).toBe('bb');
  expect(from('a', 'x')).toBeUndefined();
});

test('a branch that is made, changes or goes is told by the feed, and strangers are no part of it', async () => {
  const model = await loaded();
  const ids = () => model.rows.value.map((row) => row.node.id);
  model.apply({ type: 'session', session: session({ id: 'new', parentId: 'bb', status: 'queued', costMicroUsd: 0 }) });
  expect(ids()).toEqual(['r', 'a', 'aa', 'aaa', 'bb', 'new']);
  model.apply({ type: 'session', session: session({ id: 'new', parentId: 'bb', lastSeq: 20, outcome: 'done' }) });
  model.apply({ type: 'session', session: session({ id: 'new', parentId: 'bb', lastSeq: 12, outcome: 'older' }) });
  expect(model.rows.value.at(-1)?.node).toMatchObject({ outcome: 'done', status: 'running' });
  model.apply({ type: 'session', session: session({ id: 'stranger', parentId: 'other' }) });
  model.apply({ type: 'deleted', sessionId: 'stranger' });
  model.apply({ type: 'deleted', sessionId: 'a' });
  expect(drawn(model.rows.value)).toEqual([
    ['r', 1, []],
    ['bb', 2, [false]],
    ['new', 3, [false, false]],
    ['aa', 1, []],
    ['aaa', 1, []],
  ]);
  model.apply({ type: 'session', session: session({ id: 'aa', parentId: 'a', lastSeq: 30 }) });
  expect(model.rows.value.find((row) => row.node.id === 'aa')?.level).toBe(1);
});

test('a tree that does not load says so, and loads when asked again', async () => {
  let isUp = false;
  const model = new SessionTreeModel({ tree: () => (isUp ? Promise.resolve(tree(family)) : Promise.reject(new Error('away'))) });
  await model.load();
  expect(model.failure.value?.message).toBe('away');
  isUp = true;
  await model.load();
  expect(model.failure.value).toBeNull();
  expect(model.rows.value).toHaveLength(5);
});

test('what the feed tells while a tree is being read is newer than the tree', async () => {
  const answers: ((answer: SessionTree) => void)[] = [];
  const model = new SessionTreeModel({ tree: () => new Promise((answer) => answers.push(answer)) });
  const loading = model.load();
  model.apply({ type: 'session', session: session({ id: 'bb', parentId: 'r', lastSeq: 9, outcome: 'done' }) });
  model.apply({ type: 'session', session: session({ id: 'new', parentId: 'bb', lastSeq: 2 }) });
  model.apply({ type: 'deleted', sessionId: 'a' });
  answers[0]?.(tree(family));
  await loading;
  expect(drawn(model.rows.value).map(([id, level]) => [id, level])).toEqual([
    ['r', 1],
    ['bb', 2],
    ['new', 3],
    ['aa', 1],
    ['aaa', 1],
  ]);
  expect(model.rows.value.find((row) => row.node.id === 'bb')?.node.outcome).toBe('done');
  const again = model.load();
  answers[1]?.(tree(family));
  await again;
  expect(model.rows.value, 'a later tree knows it all').toHaveLength(5);
});

test('of two trees that are being read, the one that was asked for last counts, whichever comes first', async () => {
  const answers: ((answer: SessionTree) => void)[] = [];
  const model = new SessionTreeModel({ tree: () => new Promise((answer) => answers.push(answer)) });
  const loads = [model.load(), model.load()];
  model.apply({ type: 'deleted', sessionId: 'bb' });
  answers[1]?.(tree(family));
  await loads[1];
  answers[0]?.(tree([node('r', null)]));
  await loads[0];
  expect(model.rows.value.map((row) => row.node.id)).toEqual(['r', 'a', 'aa', 'aaa']);
});

test('every session has one row, below its parent’s and one level deeper, in whatever order they are told', () => {
  const anyTree = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).chain((parents) => {
    const nodes = parents.map((parent, n) =>
      node(`n${n}`, n === 0 ? null : `n${parent % n}`, { startedAt: new Date(n * 1000).toISOString() }),
    );
    return fc.shuffledSubarray(nodes, { minLength: nodes.length });
  });
  fc.assert(
    fc.property(anyTree, (nodes) => {
      const rows = treeRows(nodes);
      expect(rows).toHaveLength(nodes.length);
      for (const [index, { node: of, level, lines }] of rows.entries()) {
        const parent = rows.findIndex((row) => row.node.id === of.parentId);
        expect(parent).toBeLessThan(index);
        expect(level).toBe((rows[parent]?.level ?? 0) + 1);
        expect(lines).toHaveLength(level - 1);
      }
    }),
    { numRuns: 50 },
  );
});
