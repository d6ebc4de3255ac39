import { expect, it } from 'vitest';
import { CompareChoicesModel, type CompareChoicesPorts } from '../../../web/models/compare/compare-choices.ts';
import { CompareChosen } from '../../../web/pages/compare/compare-chosen.tsx';
import type { Snapshot } from '../../../wire/snapshot.ts';
import { snapshot } from '../archive/snapshot-fixture.ts';
import { session } from '../session/session-fixture.ts';
import { shownText } from '../shown-text.ts';

const ports = (over: Partial<CompareChoicesPorts> = {}): CompareChoicesPorts => ({
  sessions: async (cursor) =>
    cursor === undefined
      ? { items: [session({ id: 'ses_new' })], nextCursor: 'older' }
      : { items: [session({ id: 'ses_old' })], nextCursor: null },
  session: async (id) => session({ id, title: 'Chosen' }),
  tree: async (id) => ({ nodes: [session({ id }), session({ id: 'ses_branch', parentId: id })], isCut: false }),
  snapshot: async (id) => snapshot(id, { name: 'before' }),
  snapshots: async () => ({ items: [snapshot('snp_2'), snapshot('snp_1')], nextCursor: null }),
  ...over,
});
const loaded = async (chosen: string, over?: Partial<CompareChoicesPorts>) => {
  const model = new CompareChoicesModel(chosen, ports(over));
  await model.load();
  return model;
};
const ids = (items: readonly { id: string }[] | null) => items?.map(({ id }) => id);

it('a session is compared with its family or with any other, page after page', async () => {
  const model = await loaded('ses_1');
  expect(model.session.value?.title).toBe('Chosen');
  expect(ids(model.tree.value)).toEqual(['ses_1', 'ses_branch']);
  expect(ids(model.sessions.items.value)).toEqual(['ses_new']);
  await model.sessions.loadMore();
  expect(ids(model.sessions.items.value)).toEqual(['ses_new', 'ses_old']);
});

it('how sessions stand follows the feed: what is new comes first, what is deleted goes', async () => {
  const model = await loaded('ses_1');
  model.apply({ type: 'session', session: session({ id: 'ses_branch', status: 'failed' }) });
  model.apply({ type: 'session', session: session({ id: 'ses_new', status: 'paused' }) });
  expect(model.tree.value.map(({ status }) => status)).toEqual([session().status, 'failed']);
  expect(ids(model.sessions.items.value)).toEqual(['ses_branch', 'ses_new']);
  expect(model.sessions.items.value?.[1]?.status).toBe('paused');
  model.apply({ type: 'deleted', sessionId: 'ses_branch' });
  expect([ids(model.tree.value), ids(model.sessions.items.value)]).toEqual([['ses_1'], ['ses_new']]);
});

it('where its family does not load the others are there, and its title is', async () => {
  const model = await loaded('ses_1', { tree: () => Promise.reject(new Error('away')) });
  expect(model.session.value?.title).toBe('Chosen');
  expect(model.tree.value).toEqual([]);
  expect(ids(model.sessions.items.value)).toEqual(['ses_new']);
});

it('a snapshot is compared with the others of its session, with the family of that, or with any other session', async () => {
  const asked: string[] = [];
  const model = await loaded('snp_1', {
    snapshots: async (sessionId) => {
      asked.push(sessionId);
      return { items: [snapshot('snp_2'), snapshot('snp_1')], nextCursor: null };
    },
  });
  expect(model.snapshot.value?.id).toBe('snp_1');
  expect(ids(model.snapshots.items.value)).toEqual(['snp_2', 'snp_1']);
  expect(asked).toEqual(['ses_1']);
  expect(ids(model.tree.value)).toEqual(['ses_1', 'ses_branch']);
  expect(ids(model.sessions.items.value)).toEqual(['ses_new']);
});

it('a snapshot that is not found leaves the sessions', async () => {
  const model = await loaded('snp_1', { snapshot: () => Promise.reject(new Error('gone')) });
  expect([model.snapshot.value, model.session.value, model.snapshots.items.value]).toEqual([null, null, null]);
  expect(ids(model.sessions.items.value)).toEqual(['ses_new']);
});

it('the chosen side is named, a snapshot with its session, and goes by its id until its name is known', () => {
  const chosen = session({ title: 'Fix it' });
  const named = (of: typeof chosen | null, snp: Snapshot | null) =>
    shownText(CompareChosen({ id: 'x_1', session: of, snapshot: snp }));
  expect(named(null, null)).toBe('x_1');
  expect(named(chosen, null)).toBe('Fix it');
  expect(named(null, snapshot('snp_1', { name: 'before' }))).toBe('before');
  expect(named(chosen, snapshot('snp_1', { name: 'before' }))).toBe('before of Fix it');
});
