import { describe, expect, test } from 'vitest';
import type { LiveConsumer } from '../../../web/live-socket.ts';
import { SessionModel, type SessionPorts } from '../../../web/models/session/session.ts';
import { newEventLog } from '../../../web/models/session/session-log.ts';
import { SessionViewModel } from '../../../web/models/session/session-view.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { finished, script, started } from './session-events.ts';
import { session } from './session-fixture.ts';

const summaryOf = (lastSeq: number, more: Partial<SessionSummary> = {}): SessionSummary =>
  session({ lastSeq, cwd: '/home/dev/project', ...more });

const messages = (count: number): SessionEvent[] =>
  script(...Array.from({ length: count }, (_, i) => ({ type: 'message', text: `message ${i + 1}` }) as const));

/** A server in memory; `release` lets one page after the other go, when `held`. */
function open(events: SessionEvent[], { held = false } = {}) {
  const asked: { after: number; limit: number }[] = [];
  let consumer: LiveConsumer | null = null;
  let watchedFrom = -1;
  let gates: (() => void)[] = [];
  let gated = false;
  const ports: SessionPorts = {
    summary: async () => summaryOf(events.length),
    async events(after, limit) {
      asked.push({ after, limit });
      if (gated) await new Promise<void>((go) => gates.push(go));
      return events.slice(after, after + limit);
    },
    patch: async (change) => summaryOf(events.length, { title: change.title ?? 'Fix the login race', tags: change.tags ?? [] }),
    control: async () => summaryOf(events.length, { status: 'paused' }),
    decide: async () => summaryOf(events.length),
    write: async () => summaryOf(events.length, { unreadMessages: 1 }),
    limit: async () => summaryOf(events.length),
    branch: () => Promise.reject(new Error('nobody branches here')),
    merge: () => Promise.reject(new Error('nobody merges here')),
    remove: async () => {},
    watch(after, live) {
      watchedFrom = after;
      consumer = live;
      gated = held;
      return { lastSeq: after, nudge() {}, stop() {} };
    },
    pause: () => Promise.resolve(),
    beforeFrame: (task) => task(),
  };
  const session = new SessionModel(ports);
  const view = new SessionViewModel(session, () => Promise.resolve());
  return {
    session,
    view,
    asked,
    live: () => {
      if (!consumer) throw new Error('not watching yet');
      return consumer;
    },
    watchedFrom: () => watchedFrom,
    async release() {
      const go = gates;
      gates = [];
      for (const gate of go) gate();
      await settle();
    },
  };
}

const settle = () => new Promise((done) => setImmediate(done));
const seqs = (view: ReturnType<typeof open>['view']) => {
  const { timeline, visible } = view.shown.value;
  return visible.map((index) => timeline.rows[index]?.seq);
};

describe('opening', () => {
  test('a short session loads it whole, then goes live from its last event', async () => {
    const { session, view, watchedFrom } = open(messages(5));
    await session.open(null);
    expect(seqs(view)).toEqual([1, 2, 3, 4, 5]);
    expect(watchedFrom()).toBe(5);
    expect(session.missing.value).toBe(0);
  });

  test('a long session shows its end first', async () => {
    const { session, view, asked } = open(messages(5000), { held: true });
    await session.open(null);
    expect(asked[0]).toEqual({ after: 4600, limit: 400 });
    expect(view.shown.value.timeline.rows[0]).toMatchObject({ kind: 'hole', from: 1, to: 4600 });
    expect(session.missing.value).toBe(4600);
  });

  test('a long session loads the rest behind the reader’s back, page by page towards the start', async () => {
    const { session, view, asked } = open(messages(5000));
    await session.open(null);
    await settle();
    await settle();
    expect(asked.slice(1).map(({ after }) => after)).toEqual([3600, 2600, 1600, 600, 0]);
    expect(seqs(view)).toHaveLength(5000);
    expect(session.missing.value).toBe(0);
    expect(session.loading.value).toBe(false);
  });

  test('a link to an early event loads what is around it as well', async () => {
    const { session, view } = open(messages(5000), { held: true });
    await session.open(1000);
    const { timeline } = view.shown.value;
    expect(timeline.rowOfSeq.has(1000)).toBe(true);
    expect(timeline.rows.filter((row) => row.kind === 'hole')).toMatchObject([
      { from: 1, to: 799 },
      { from: 1201, to: 4600 },
    ]);
  });

  test('a session that can’t be read says why, and may be tried again', async () => {
    const { session } = open([]);
    const failing = new SessionModel({ ...portsOf(session), summary: () => Promise.reject(new Error('No such session.')) });
    await failing.open(null);
    expect(failing.failure.value?.message).toBe('No such session.');
    expect(failing.opened.value).toBe(false);
  });
});

/** Ports that are never reached by a test which replaces the first of them. */
const portsOf = (_: unknown): SessionPorts => ({
  summary: async () => summaryOf(0),
  events: async () => [],
  patch: async () => summaryOf(0),
  control: async () => summaryOf(0),
  decide: async () => summaryOf(0),
  write: async () => summaryOf(0),
  limit: async () => summaryOf(0),
  branch: () => Promise.reject(new Error('nobody branches here')),
  merge: () => Promise.reject(new Error('nobody merges here')),
  remove: async () => {},
  watch: () => ({ lastSeq: 0, nudge() {}, stop() {} }),
  pause: () => Promise.resolve(),
  beforeFrame: (task) => task(),
});

describe('live', () => {
  test('events are appended to the rows that are there', async () => {
    const events = messages(3);
    const { session, view, live } = open(events);
    await session.open(null);
    const before = session.timeline();
    live().onEvents(messages(5).slice(3));
    expect(seqs(view)).toEqual([1, 2, 3, 4, 5]);
    expect(session.timeline()).toBe(before);
  });

  test('events that arrive while older ones are loading are in the new rows too', async () => {
    const { session, view, live, release } = open(messages(2000), { held: true });
    await session.open(null);
    live().onEvents(messages(2002).slice(2000));
    await release();
    await release();
    await release();
    expect(seqs(view)).toHaveLength(2002);
    expect(seqs(view).at(-1)).toBe(2002);
  });

  test('an older summary does not overwrite a newer one', async () => {
    const { session, live } = open(messages(3));
    await session.open(null);
    live().onFrame({ type: 'summary', session: summaryOf(9, { title: 'new' }) });
    live().onFrame({ type: 'summary', session: summaryOf(4, { title: 'old' }) });
    expect(session.summary.value?.title).toBe('new');
  });

  test('a verdict finds its call though older events are folded anew', async () => {
    const { session, live, release } = open(
      [...messages(2000), ...script(started('t1')).map((event) => ({ ...event, seq: 2001 }))],
      {
        held: true,
      },
    );
    await session.open(null);
    live().onFrame({ type: 'verdict', seq: 2001, toolUseId: 't1', verdict: { type: 'deny', reason: 'budget' } });
    for (let i = 0; i < 4; i += 1) await release();
    const timeline = session.timeline();
    expect(timeline.rows[timeline.rowOfSeq.get(2001) ?? -1]).toMatchObject({ verdict: { type: 'deny' } });
  });

  test('nobody is said to watch while we are offline ourselves', async () => {
    const { session, live } = open(messages(1));
    await session.open(null);
    live().onFrame({ type: 'presence', viewers: [{ userId: 'u', name: 'Ada', sockets: 1 }] });
    expect(session.viewers.value).toHaveLength(1);
    live().onState({ type: 'offline', sinceMs: 1 });
    expect(session.viewers.value).toEqual([]);
  });
});

describe('revealing', () => {
  test('an event that is not loaded loads what is around it before anything else', async () => {
    const { session, asked, release } = open(messages(9000), { held: true });
    await session.open(null);
    const found = session.reveal(500);
    await release();
    await release();
    expect(await found).toBe(true);
    expect(asked.at(2)).toEqual({ after: 299, limit: 401 });
  });

  test('an event that does not exist is refused', async () => {
    const { session } = open(messages(10));
    await session.open(null);
    expect(await session.reveal(99)).toBe(false);
  });
});

describe('the reader', () => {
  const events = script(
    { type: 'prompt', text: 'go' },
    started('t1'),
    finished('t1'),
    { type: 'usage', costMicroUsd: 5 },
    { type: 'tool.failed', toolUseId: 't2', tool: 'Edit', ok: false, text: 'no such file' },
    { type: 'message', text: 'The lock is gone.' },
    { type: 'prompt', text: 'again' },
  );

  test('steps through rows, and around errors and prompts', async () => {
    const { session, view } = open(events);
    await session.open(null);
    view.next();
    expect(view.selected.value).toBe(1);
    view.next();
    expect(view.selected.value).toBe(2);
    view.nextError();
    expect(view.selected.value).toBe(5);
    view.nextPrompt();
    expect(view.selected.value).toBe(7);
    view.nextPrompt();
    expect(view.selected.value).toBe(1);
    expect(view.nextError()).toBe(true);
    view.next();
    view.next();
    view.previous();
    expect(view.selected.value).toBe(6);
  });

  test('filters by kind and by tool, and sees quiet rows when asking for them', async () => {
    const { session, view } = open(events);
    await session.open(null);
    expect(seqs(view)).toEqual([1, 2, 5, 6, 7]);
    view.setFilter({ show: new Set(['prompts', 'errors']), tools: new Set() });
    expect(seqs(view)).toEqual([1, 5, 7]);
    view.setFilter({ show: new Set(), tools: new Set(['Bash']) });
    expect(seqs(view)).toEqual([2]);
    view.setFilter({ show: new Set(['usage']), tools: new Set() });
    expect(seqs(view)).toEqual([4]);
  });

  test('an open call that fails appears under errors', async () => {
    const { session, view, live } = open(script(started('t1')));
    await session.open(null);
    view.setFilter({ show: new Set(['errors']), tools: new Set() });
    expect(seqs(view)).toEqual([]);
    live().onEvents(script(started('t1'), { type: 'tool.failed', toolUseId: 't1', tool: 'Bash', ok: false }).slice(1));
    expect(seqs(view)).toEqual([1]);
  });

  test('lets go of the end by going back, and learns how much is new', async () => {
    const { session, view, live } = open(messages(3));
    await session.open(null);
    view.previous();
    expect(view.following.value).toBe(true);
    view.previous();
    expect(view.following.value).toBe(false);
    live().onEvents(messages(5).slice(3));
    expect(view.fresh.value).toBe(2);
    view.follow();
    expect(view.fresh.value).toBe(0);
  });

  test('finds text in messages and outputs, and walks around', async () => {
    const { session, view } = open(events);
    await session.open(null);
    view.find('LOCK');
    view.step(1);
    expect(view.selected.value).toBe(6);
    view.find('again');
    view.step(1);
    expect(view.selected.value).toBe(7);
    view.find('(');
    expect(view.found.value).toMatchObject({ rows: [], done: true });
  });

  test('a found row that a filter hides takes the filter away', async () => {
    const { session, view } = open(events);
    await session.open(null);
    view.setFilter({ show: new Set(['prompts']), tools: new Set() });
    view.find('no such file');
    view.step(1);
    expect(view.selected.value).toBe(5);
    expect(seqs(view)).toContain(5);
  });

  test('folds a subagent with everything it did, and opens it again for a link into it', async () => {
    const { session, view } = open(
      script(
        started('a1', 'Agent'),
        { type: 'subagent.started', subagentId: 's1', parentToolUseId: 'a1' },
        { ...started('a2', 'Agent'), subagentId: 's1' },
        { type: 'subagent.started', subagentId: 's2', parentToolUseId: 'a2' },
        { ...started('t1'), subagentId: 's2' },
      ),
    );
    await session.open(null);
    expect(seqs(view)).toEqual([1, 3, 5]);
    view.toggleFold('s1');
    expect(seqs(view)).toEqual([1]);
    expect(await view.goTo(5)).toBe(true);
    expect(seqs(view)).toEqual([1, 3, 5]);
  });
});

describe('the event log', () => {
  test('puts pages together in any order and names what is missing', () => {
    const all = messages(10);
    const log = newEventLog();
    expect(log.add(all.slice(6, 8))).toBe(2);
    expect(log.add(all.slice(1, 3))).toBe(2);
    expect(log.holes()).toEqual([
      { from: 1, to: 1 },
      { from: 4, to: 6 },
    ]);
    expect(log.add(all.slice(2, 7))).toBe(3);
    log.add(all);
    expect(log.holes()).toEqual([]);
    expect(log.segments).toHaveLength(1);
    expect(log.size).toBe(10);
    expect([1, 5, 10, 11].map((seq) => log.get(seq)?.seq)).toEqual([1, 5, 10, undefined]);
  });
});
