import { expect, test } from 'vitest';
import { ConnectModel, nativeAgents, outageWords } from '../../web/models/connect.ts';
import type { FeedFrame } from '../../wire/frame.ts';
import { session } from './session/session-fixture.ts';

function opened(known: string[] = []) {
  const listeners = new Set<(frame: FeedFrame) => void>();
  const model = new ConnectModel({
    settings: async () => ({ tokenId: 'igt_1', files: [{ path: '~/x', content: '{}' }], notes: [], fail: 'open' as const }),
    token: async () => ({ id: 'igt_2', token: 'secret' }),
    onFeed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isKnown: (id) => known.includes(id),
  });
  const tell = (over: Parameters<typeof session>[0]) => {
    for (const listener of listeners) listener({ type: 'session', session: session(over) });
  };
  return { model, tell, listeners };
}

test('turns green at the first new session of that agent, and then listens no more', async () => {
  const { model, tell, listeners } = opened(['ses_before']);
  await model.connect('prj_1', 'codex');
  tell({ id: 'ses_before', agent: 'codex' });
  tell({ id: 'ses_other', agent: 'claude-code' });
  expect(model.arrival.value).toBeNull();
  tell({ id: 'ses_new', agent: 'codex', projectId: 'prj_claimed' });
  expect(model.arrival.value?.id).toBe('ses_new');
  expect(listeners.size).toBe(0);
});

test("any other agent is known by its token's project", async () => {
  const { model, tell } = opened();
  await model.connect('prj_1', 'other');
  tell({ id: 'ses_1', agent: 'mine', projectId: 'prj_2' });
  expect(model.arrival.value).toBeNull();
  tell({ id: 'ses_2', agent: 'mine', projectId: 'prj_1' });
  expect(model.arrival.value?.id).toBe('ses_2');
});

test('a new choice forgets what was made and stops waiting', async () => {
  const { model, listeners } = opened();
  await model.connect('prj_1', 'codex');
  model.reset();
  expect([model.connected.value, listeners.size]).toEqual([null, 0]);
});

test('a refusal is said and nothing is waited for', async () => {
  const model = new ConnectModel({
    settings: () => Promise.reject(new Error('A project has at most 200 tokens; revoke some.')),
    token: () => Promise.reject(new Error('no')),
    onFeed: () => {
      throw new Error('must not listen');
    },
    isKnown: () => false,
  });
  await model.connect('prj_1', 'codex');
  expect([model.failure.value?.message, model.busy.value]).toEqual(['A project has at most 200 tokens; revoke some.', false]);
});

test('says what becomes of each agent while we are out of reach', () => {
  for (const agent of nativeAgents) expect(outageWords(agent, 'open')).toContain('goes on');
  expect(outageWords('claude-code', 'closed')).toContain('refused');
  expect(outageWords('codex', 'closed')).toContain('the flightdeck command can');
});
