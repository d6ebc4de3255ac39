import { expect, it } from 'vitest';
import { CompareChoicesModel, type CompareChoicesPorts } from '../../web/models/compare-choices.ts';
import { session } from './session-fixture.ts';

const ports = (over: Partial<CompareChoicesPorts> = {}): CompareChoicesPorts => ({
  sessions: async (cursor) =>
    cursor === undefined
      ? { items: [session({ id: 'ses_new' })], nextCursor: 'older' }
      : { items: [session({ id: 'ses_old' })], nextCursor: null },
  session: async (id) => session({ id, title: 'Chosen' }),
  tree: async (id) => ({ nodes: [session({ id }), session({ id: 'ses_branch', parentId: id })], isCut: false }),
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

it('where its family does not load the others are there, and its title is', async () => {
  const model = await loaded('ses_1', { tree: () => Promise.reject(new Error('away')) });
  expect(model.session.value?.title).toBe('Chosen');
  expect(model.tree.value).toEqual([]);
  expect(ids(model.sessions.items.value)).toEqual(['ses_new']);
});
