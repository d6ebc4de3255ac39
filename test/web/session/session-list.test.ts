import { afterAll, expect, test, vi } from 'vitest';
import { type ListQuery, SessionListModel } from '../../../web/models/session/session-list.ts';
import { noFilter } from '../../../web/models/sessions/list-filter.ts';
import type { SessionPage, SessionSummary } from '../../../wire/session.ts';
import { session } from './session-fixture.ts';

// Days are the reader's: the test reads in UTC.
vi.stubEnv('TZ', 'UTC');
afterAll(() => {
  vi.unstubAllEnvs();
});
const noon = Date.parse('2026-11-20T12:30:00.000Z');

/** A server that answers when the test says so. */
function fakeServer() {
  const asked: { query: ListQuery; answer: (page: Partial<SessionPage>) => void; refuse: (error: Error) => void }[] = [];
  const clock = { nowMs: noon };
  const list = new SessionListModel({
    list: (query) =>
      new Promise((resolve, reject) => {
        asked.push({ query, answer: (page) => resolve({ items: [], nextCursor: null, ...page }), refuse: reject });
      }),
    now: () => clock.nowMs,
  });
  const answerAll = async (items: SessionSummary[], nextCursor: string | null = null) => {
    for (const { query, answer } of asked.splice(0)) {
      const statuses = query.status?.split(',');
      const matching = items.filter(({ status }) => !statuses || statuses.includes(status));
      answer({ items: matching, nextCursor: query.status ? null : nextCursor });
    }
    await settled();
  };
  return { list, asked, clock, answerAll };
}

const settled = async () => {
  for (let i = 0; i < 8; i += 1) await Promise.resolve();
};
const shown = (list: ReturnType<typeof fakeServer>['list']) => list.groups.value.map(({ heading, ids }) => [heading, ids]);

const running = session({ id: 'ses_run' });
const waiting = session({ id: 'ses_wait', status: 'waiting', startedAt: '2026-11-20T08:00:00.000Z' });
const done = session({ id: 'ses_done', status: 'completed', lastEventAt: '2026-11-20T09:00:00.000Z' });
const older = session({ id: 'ses_old', status: 'failed', lastEventAt: '2026-11-19T09:00:00.000Z' });

async function loaded(items = [done, running, older, waiting]) {
  const server = fakeServer();
  server.list.load();
  await server.answerAll(items);
  return server;
}

test('what goes on stands first, waiting on top, the rest by day', async () => {
  const { list } = await loaded();
  expect(shown(list)).toEqual([
    ['Active', ['ses_wait', 'ses_run']],
    ['Today', ['ses_done']],
    ['Yesterday', ['ses_old']],
  ]);
});

test('active sessions are asked for by themselves, because they may be older than the newest page', () => {
  const { list, asked } = fakeServer();
  list.load();
  expect(asked.map(({ query }) => query.status)).toEqual([undefined, 'waiting,running,paused,queued']);
});

test('a new session of the feed appears, and is marked as arrived', async () => {
  const { list } = await loaded([done]);
  list.apply({ type: 'session', session: running });
  expect(shown(list)[0]).toEqual(['Active', ['ses_run']]);
  expect([...list.arrived.value]).toEqual(['ses_run']);
});

test('a change repaints its row and moves nothing', async () => {
  const { list } = await loaded();
  const before = list.groups.value;
  list.apply({ type: 'session', session: { ...running, lastSeq: 11, costMicroUsd: 5, lastEventAt: '2026-11-20T12:29:00.000Z' } });
  expect(list.groups.value).toBe(before);
  expect(list.session('ses_run')?.value.costMicroUsd).toBe(5);
});

test('a changed status moves the row', async () => {
  const { list } = await loaded([running, done]);
  list.apply({ type: 'session', session: { ...running, lastSeq: 11, status: 'completed' } });
  expect(shown(list)).toEqual([['Today', ['ses_run', 'ses_done']]]);
});

test('while the pointer holds the list rows keep their places, and newcomers are counted', async () => {
  const { list } = await loaded([running, done]);
  list.groups.value;
  list.hold(true);
  list.apply({ type: 'session', session: { ...running, lastSeq: 11, status: 'completed' } });
  list.apply({ type: 'session', session: waiting });
  expect(shown(list)).toEqual([
    ['Active', ['ses_run']],
    ['Today', ['ses_done']],
  ]);
  expect(list.session('ses_run')?.value.status).toBe('completed');
  expect(list.pending.value).toBe(1);
  list.hold(false);
  expect(shown(list)).toEqual([
    ['Active', ['ses_wait']],
    ['Today', ['ses_run', 'ses_done']],
  ]);
});

test('a filter is answered at once, held or not', async () => {
  const { list } = await loaded();
  list.groups.value;
  list.hold(true);
  list.setFilter({ ...noFilter, text: 'zebra' });
  expect(shown(list)).toEqual([]);
});

test('an answer older than the feed changes nothing', async () => {
  const { list, answerAll } = await loaded([running]);
  list.apply({ type: 'session', session: { ...running, lastSeq: 20, activity: 'running tests' } });
  list.refresh();
  await answerAll([running]);
  expect(list.session('ses_run')?.value.activity).toBe('running tests');
});

test('a deleted session goes, and a late page does not bring it back', async () => {
  const { list, answerAll } = await loaded([running, done]);
  list.refresh();
  list.apply({ type: 'deleted', sessionId: 'ses_run' });
  await answerAll([running, done]);
  expect(shown(list)).toEqual([['Today', ['ses_done']]]);
});

test('a session that is brought back from the trash stands in the list again: it has one event more', async () => {
  const { list } = await loaded([running, done]);
  list.apply({ type: 'deleted', sessionId: 'ses_run' });
  list.apply({ type: 'session', session: running });
  expect(shown(list)).toEqual([['Today', ['ses_done']]]);
  list.apply({ type: 'session', session: { ...running, lastSeq: running.lastSeq + 1 } });
  expect(shown(list)).toEqual([
    ['Active', ['ses_run']],
    ['Today', ['ses_done']],
  ]);
});

test('a refresh drops what the server no longer has, but not what only the feed has told yet', async () => {
  const { list, clock, answerAll } = await loaded([running, done]);
  clock.nowMs += 120_000;
  list.apply({ type: 'session', session: waiting });
  list.refresh();
  await answerAll([running]);
  expect(shown(list)).toEqual([['Active', ['ses_wait', 'ses_run']]]);
});

test('a filter that the server knows asks again; words and windows are ours', async () => {
  const { list, asked } = await loaded();
  list.setFilter({ ...noFilter, text: 'login' });
  list.setFilter({ ...noFilter, within: 'today' });
  expect(asked).toHaveLength(0);
  expect(shown(list).map(([heading]) => heading)).toEqual(['Active', 'Today']);
  list.setFilter({ ...noFilter, statuses: ['failed'], agent: 'codex' });
  expect(asked.map(({ query }) => query)).toEqual([{ limit: '50', status: 'failed', agent: 'codex' }]);
});

test('an answer to an older question is not shown as the answer to the newer', async () => {
  const { list, asked } = await loaded([]);
  list.setFilter({ ...noFilter, agent: 'codex' });
  const old = asked.splice(0);
  list.setFilter({ ...noFilter, agent: 'gemini-cli' });
  for (const { answer } of old) answer({ items: [], nextCursor: 'stale' });
  await settled();
  expect(list.state.value).toBe('loading');
  expect(list.hasMore.value).toBe(false);
});

test('pages follow their cursor, one at a time', async () => {
  const { list, asked, answerAll } = fakeServer();
  list.load();
  await answerAll([done], 'next');
  list.loadMore();
  list.loadMore();
  expect(asked.map(({ query }) => query.cursor)).toEqual(['next']);
  await answerAll([older]);
  expect(shown(list)).toEqual([
    ['Today', ['ses_done']],
    ['Yesterday', ['ses_old']],
  ]);
  expect(list.hasMore.value).toBe(false);
});

test('within a window there is nothing to fetch past its edge', async () => {
  const { list, answerAll } = fakeServer();
  list.setFilter({ ...noFilter, within: 'today' });
  list.load();
  await answerAll([done], 'next');
  list.loadMore();
  await answerAll([older], 'further');
  expect(list.hasMore.value).toBe(false);
});

test('a first load that fails says why, and loads again when asked', async () => {
  const { list, asked, answerAll } = fakeServer();
  list.load();
  for (const { refuse } of asked.splice(0)) refuse(new Error('The server is gone.'));
  await settled();
  expect([list.state.value, list.failure.value?.message]).toEqual(['failed', 'The server is gone.']);
  list.load();
  await answerAll([done]);
  expect([list.state.value, list.failure.value]).toEqual(['ready', null]);
});

test('a refresh that fails leaves the rows where they are', async () => {
  const { list, asked } = await loaded([done]);
  list.refresh();
  for (const { refuse } of asked.splice(0)) refuse(new Error('offline'));
  await settled();
  expect(shown(list)).toEqual([['Today', ['ses_done']]]);
  expect([list.failure.value?.message, list.refreshing.value]).toEqual(['offline', false]);
});
