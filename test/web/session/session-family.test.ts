import { expect, test } from 'vitest';
import { SessionFamilyModel, withChildren } from '../../../web/models/session/session-family.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { session } from './session-fixture.ts';

const lost = () => Promise.reject(new Error('no network'));
const child = (id: string, over: Partial<SessionSummary> = {}) => session({ id, parentId: 'ses_a', ...over });

test('child sessions are those that the index lists and those that begin meanwhile, the newest word of each', async () => {
  const children = async () => [child('ses_b', { costMicroUsd: 1, lastSeq: 5 })];
  const model = new SessionFamilyModel('ses_a', { children, parent: lost });
  model.apply({ type: 'session', session: child('ses_b', { costMicroUsd: 7, lastSeq: 9 }) });
  await model.load();
  model.apply({ type: 'session', session: child('ses_c', { startedAt: '2026-11-20T11:00:00.000Z' }) });
  model.apply({ type: 'session', session: session({ id: 'ses_d' }) });
  expect(model.children.value.map(({ id, costMicroUsd }) => [id, costMicroUsd])).toEqual([
    ['ses_c', 100_000],
    ['ses_b', 7],
  ]);
  model.apply({ type: 'deleted', sessionId: 'ses_c' });
  expect(model.children.value.map(({ id }) => id)).toEqual(['ses_b']);
});

test('a page without its family says the rest', async () => {
  const model = new SessionFamilyModel('ses_a', { children: lost, parent: lost });
  await Promise.all([model.load(), model.loadParent('ses_p')]);
  expect([model.children.value, model.parent.value]).toEqual([[], null]);
});

test('the session that started it is known by its newest word', async () => {
  const children = async () => [child('ses_b'), child('ses_c', { costMicroUsd: 5 })];
  const budget = { limitMicroUsd: 500_000, spentMicroUsd: 100_000, reservedMicroUsd: 0 };
  const model = new SessionFamilyModel('ses_b', { children, parent: async (id) => session({ id, budget }) });
  await model.loadParent('ses_a');
  expect(model.shared.value?.budget?.spentMicroUsd).toBe(200_005);
  model.apply({ type: 'session', session: session({ id: 'ses_a', budget, title: 'Split the checkout' }) });
  model.apply({ type: 'session', session: session({ id: 'ses_z', title: 'Something else' }) });
  model.apply({ type: 'session', session: child('ses_d') });
  expect(model.shared.value?.budget?.spentMicroUsd).toBe(300_005);
  expect(model.parent.value).toMatchObject({ id: 'ses_a', title: 'Split the checkout' });
});

test('a session’s limits count what its children spent; one without limits stays so', () => {
  const budget = { limitMicroUsd: 500_000, spentMicroUsd: 100_000, reservedMicroUsd: 0 };
  const tokenBudget = { limitTokens: 100, spentTokens: 10, reservedTokens: 0 };
  const children = [child('ses_b'), child('ses_c', { costMicroUsd: 5 })];
  expect(withChildren(session({ budget, tokenBudget }), children)).toMatchObject({
    budget: { spentMicroUsd: 200_005 },
    tokenBudget: { spentTokens: 30 },
  });
  expect(withChildren(session(), children).budget).toBeNull();
});
