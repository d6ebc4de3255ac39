import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../cli/config.ts';
import { ask, deliver } from '../../cli/hook/delivery.ts';
import { post } from '../../cli/hook/post.ts';
import type { Segment } from '../../cli/hook/segment.ts';
import { Spool } from '../../cli/hook/spool.ts';
import type { HookBatch } from '../../wire/ingest.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

type Batch = Omit<HookBatch, 'events'> & { events: (HookBatch['events'][number] & { hook: Record<string, unknown> })[] };
type Answer = { status: number; body: string };

let server: Server;
let connection: Connection;
let received: Batch[] = [];
let answerTo: (batch: Batch) => Answer | null;
const accept = (batch: Batch): Answer => ({ status: 200, body: JSON.stringify({ answer: { to: batch.events.at(-1)?.n } }) });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const batch: Batch = JSON.parse(text);
    received.push(batch);
    const answer = answerTo(batch);
    if (answer) response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('No port.');
  connection = {
    url: `http://127.0.0.1:${address.port}`,
    token: 'token',
    tokenId: 'id',
    projectId: 'prj',
    project: 'p',
    flavour: 'command',
    fail: 'open',
    waitMs: 2000,
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const line = (waitMs = 5000) => ({ agent: 'codex' as const, connection, deadlineMs: Date.now() + waitMs });
const at = '2026-11-21T08:00:00.000Z';
let count = 0;

function fresh(answer: typeof answerTo = accept): Spool {
  received = [];
  answerTo = answer;
  return Spool.of(temporaryFolder(), 'session');
}

function add(spool: Spool, text: string, more: object = {}): { id: string; segment: Segment } {
  const id = `h${++count}`;
  const hook = { session_id: 'session', hook_event_name: 'Stop', text };
  const segment = spool.append({ id, at, ...more, hook });
  if (!segment) throw new Error('There is room.');
  return { id, segment };
}

const sent = () => received.map(({ events }) => events.map(({ n, hook }) => [n, hook.text]));

describe('a delivery', () => {
  it('is one batch in order, and what is acknowledged is not sent again', async () => {
    const spool = fresh();
    for (const text of ['a', 'b', 'c']) add(spool, text);
    expect(await deliver(spool, line())).toMatchObject({ ok: true, sentCount: 3 });
    expect(await deliver(spool, line())).toMatchObject({ ok: true, sentCount: 0 });
    const all = [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ];
    expect(sent()).toEqual([all]);
    expect(spool.isEmpty()).toBe(true);
  });

  it('names the session that started this one, as each hook’s environment said', async () => {
    const spool = fresh();
    add(spool, 'a', { parent: 'claude-code/above' });
    await deliver(spool, line());
    add(spool, 'b');
    await deliver(spool, line());
    expect(received.map(({ parent }) => parent)).toEqual(['claude-code/above', undefined]);
    // A name that is no name must not have the hooks refused that come with it.
    add(spool, 'c', { parent: 'x'.repeat(5000) });
    await deliver(spool, line());
    expect(received.at(-1)?.parent).toBe('x'.repeat(256));
  });

  it('takes more than one batch for a long outage', async () => {
    const spool = fresh();
    for (let index = 0; index < 1100; index++) add(spool, `${index}`);
    expect(await deliver(spool, line())).toMatchObject({ ok: true, sentCount: 1100 });
    expect(received.map(({ events }) => [events[0]?.n, events.length])).toEqual([
      [1, 500],
      [501, 500],
      [1001, 100],
    ]);
  });

  it('keeps everything, with the same numbers, until it is acknowledged', async () => {
    const spool = fresh(() => ({ status: 503, body: '' }));
    add(spool, 'a');
    expect(await deliver(spool, line())).toEqual({ ok: false, reason: 'HTTP 503' });
    answerTo = accept;
    add(spool, 'b');
    await deliver(spool, line());
    expect(sent()).toEqual([
      [[1, 'a']],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ]);
    expect(new Set(received.map(({ stream }) => stream)).size).toBe(1);
  });

  it('that a rate or a quota holds back is kept, with what the server says of it', async () => {
    const detail = '10 of 10 events of this organization are used today; wait for midnight UTC.';
    const spool = fresh(() => ({ status: 429, body: JSON.stringify({ code: 'quota_exceeded', detail }) }));
    add(spool, 'a');
    expect(await deliver(spool, line())).toEqual({ ok: false, reason: 'HTTP 429', refusal: detail });
    answerTo = accept;
    expect(await deliver(spool, line())).toMatchObject({ ok: true, sentCount: 1 });
  });

  it('passes over a hook that the server will never take, and keeps its number taken', async () => {
    const spool = fresh((batch) =>
      batch.events.some(({ hook }) => hook.text === 'bad') ? { status: 400, body: '{}' } : accept(batch),
    );
    for (const text of ['a', 'bad', 'c']) add(spool, text);
    expect(await deliver(spool, line())).toMatchObject({ ok: true });
    const stored = received.filter(({ events }) => events.every(({ hook }) => hook.text !== 'bad'));
    expect(stored.map(({ events }) => events.map(({ n, hook }) => [n, hook.text ?? hook.flightdeck]))).toEqual([
      [[1, 'a']],
      [[2, 'refused with HTTP 400']],
      [[3, 'c']],
    ]);
    expect(spool.isEmpty()).toBe(true);
  });

  it('says that a question is late when its process has stopped waiting', async () => {
    const spool = fresh();
    add(spool, 'asked', { untilMs: Date.now() - 1 });
    add(spool, 'unasked', { late: true });
    add(spool, 'told');
    await deliver(spool, line());
    expect(received[0]?.events.map(({ late }) => late)).toEqual([true, true, undefined]);
  });
});

describe('a question', () => {
  it('takes along what waits before it and leaves what came after it', async () => {
    const spool = fresh();
    add(spool, 'before');
    const { id, segment } = add(spool, 'asked', { untilMs: Date.now() + 2000 });
    add(spool, 'after');
    expect(await ask(spool, segment, id, line())).toMatchObject({ ok: true, answer: { to: 2 } });
    expect(sent()).toEqual([
      [
        [1, 'before'],
        [2, 'asked'],
      ],
    ]);
    expect(received[0]?.events[1]?.late).toBeUndefined();
  });

  it('that another process has sent is asked again under its number', async () => {
    const spool = fresh();
    const { id, segment } = add(spool, 'asked', { untilMs: Date.now() + 2000 });
    const other = add(spool, 'other', { untilMs: Date.now() + 2000 });
    expect(await ask(spool, other.segment, other.id, line())).toMatchObject({ answer: { to: 2 } });
    expect(await ask(spool, segment, id, line())).toMatchObject({ answer: { to: 1 } });
    expect(sent().at(-1)).toEqual([[1, 'asked']]);
  });

  it('after a long outage brings the backlog first', async () => {
    const spool = fresh();
    for (let index = 0; index < 600; index++) add(spool, `${index}`);
    const { id, segment } = add(spool, 'asked', { untilMs: Date.now() + 2000 });
    expect(await ask(spool, segment, id, line())).toMatchObject({ ok: true, answer: { to: 601 } });
    expect(received.map(({ events }) => events.length)).toEqual([500, 101]);
  });

  it('that spans two segments goes out in order', async () => {
    const spool = fresh();
    for (let index = 0; index < 3; index++) add(spool, 'x'.repeat(4_000_000));
    const { id, segment } = add(spool, 'asked');
    expect(await ask(spool, segment, id, line())).toMatchObject({ ok: true });
    expect(received.map(({ events }) => events.map(({ n }) => n))).toEqual([[1, 2], [3], [1]]);
    expect(spool.isEmpty()).toBe(true);
  });
});

describe('a POST', () => {
  const target = () => `${connection.url}/anywhere`;

  it('gives up in time', async () => {
    fresh(() => null);
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const answered = vi.fn();
      void post(target(), 't', '{"events":[]}', Date.now() + 150).then(answered);
      await vi.advanceTimersByTimeAsync(149);
      expect(answered).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(answered).toHaveBeenCalledWith({ ok: false, final: false, reason: 'no answer in time' });
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [301, '', false],
    [400, '{}', true],
    [401, '{}', false],
    [413, '', true],
    [429, '', false],
    [500, '{}', false],
    [200, '<html>Log in to the hotel</html>', false],
    [200, 'null', false],
  ])('with the answer %i %s failed, and for good: %s', async (status, body, final) => {
    fresh(() => ({ status, body }));
    expect(await post(target(), 't', '{"events":[]}', Date.now() + 5000)).toMatchObject({ ok: false, final });
  });

  it('to nobody fails at once', async () => {
    expect(await post('http://127.0.0.1:1/x', 't', '{}', Date.now() + 5000)).toEqual({
      ok: false,
      final: false,
      reason: 'ECONNREFUSED',
    });
  });
});
