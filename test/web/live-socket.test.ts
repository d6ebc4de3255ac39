import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LiveState, watchSession } from '../../web/live-socket.ts';
import { eventAt, type FakeSocket, fakeServer, settle } from './fake-live-server.ts';

function watch(server: ReturnType<typeof fakeServer>, after = 0) {
  const seen: number[] = [];
  const states: LiveState[] = [];
  const frames: string[] = [];
  const socket = watchSession(after, server.ports, {
    onEvents: (events) => seen.push(...events.map((event) => event.seq)),
    onFrame: (frame) => frames.push(frame.type),
    onState: (state) => states.push(state),
  });
  return { seen, states, frames, socket };
}

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, i) => from + i);

describe('order', () => {
  test('a replay after hello is handed over and ends live', () => {
    const server = fakeServer();
    const events = server.append(3);
    const { seen, states } = watch(server);
    server.hello();
    server.last().frame({ type: 'events', events });
    expect(seen).toEqual([1, 2, 3]);
    expect(states).toEqual([{ type: 'catching-up', remaining: 3 }, { type: 'live' }]);
  });

  test('an event that comes twice is handed over once', () => {
    const server = fakeServer();
    const events = server.append(3);
    const { seen } = watch(server);
    server.hello();
    server.last().frame({ type: 'events', events });
    server.last().frame({ type: 'events', events: events.slice(1) });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('a gap is read by HTTP before the events after it are handed over', async () => {
    const server = fakeServer();
    server.append(2500);
    const { seen } = watch(server);
    server.hello();
    server.last().frame({ type: 'gap', from: 1, to: 2498 });
    server.last().frame({ type: 'events', events: [eventAt(2499), eventAt(2500)] });
    expect(seen).toEqual([]);
    await settle();
    await settle();
    expect(seen).toEqual(upTo(2500));
    expect(server.fetches.map((fetch) => fetch.after)).toEqual([0, 1000, 2000]);
  });

  test('a hole that nobody announced is filled too', async () => {
    const server = fakeServer();
    server.append(9);
    const { seen } = watch(server);
    server.hello();
    server.last().frame({ type: 'events', events: [1, 2, 6, 7, 9].map(eventAt) });
    await settle();
    expect(seen).toEqual(upTo(9));
  });

  test('a gap at the end is filled without waiting for a later event', async () => {
    const server = fakeServer();
    server.append(4);
    const { seen, states } = watch(server);
    server.hello();
    server.last().frame({ type: 'gap', from: 1, to: 4 });
    await settle();
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(states.at(-1)).toEqual({ type: 'live' });
  });

  test('a fill that fails is tried again, and nothing overtakes it', async () => {
    const server = fakeServer();
    server.append(5);
    const good = server.page;
    server.page = () => Promise.reject(new Error('offline'));
    const { seen, states } = watch(server);
    server.hello();
    server.last().frame({ type: 'gap', from: 1, to: 4 });
    server.last().frame({ type: 'events', events: [eventAt(5)] });
    await server.advance(1000);
    expect(seen).toEqual([]);
    expect(states.at(-1)).toEqual({ type: 'catching-up', remaining: 5 });
    server.page = good;
    await server.advance(5000);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('connection', () => {
  test('after a drop it says since when, asks whether it may still watch, and resumes from the last seq', async () => {
    const server = fakeServer();
    const { states } = watch(server);
    server.hello();
    server.last().frame({ type: 'events', events: server.append(2) });
    const sinceMs = server.now();
    server.last().end(1006);
    expect(states.at(-1)).toEqual({ type: 'offline', sinceMs });
    await server.advance(500);
    expect(server.passesAsked).toBe(1);
    expect(server.sockets.map((socket) => socket.after)).toEqual([0, 2]);
    server.hello();
    expect(states.at(-1)).toEqual({ type: 'live' });
  });

  test('waits twice as long after each failure, at most half a minute', async () => {
    const server = fakeServer();
    watch(server);
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const sockets = server.sockets.length;
      const startMs = server.now();
      server.last().end(1006);
      while (server.sockets.length === sockets) await server.advance(125);
      waits.push(server.now() - startMs);
    }
    expect(waits).toEqual([375, 750, 1500, 3000, 6000, 12000, 22500, 22500, 22500]);
  });

  test('a server that goes silent is left after a ping without an answer', async () => {
    const server = fakeServer();
    const { states } = watch(server);
    server.hello();
    const first = server.last();
    await server.advance(25_000);
    expect(first.sent).toEqual(['ping']);
    await server.advance(10_000);
    expect(first.closedWith).toBe(4000);
    expect(states.at(-1)).toMatchObject({ type: 'offline' });
  });

  test('a pong keeps the connection', async () => {
    const server = fakeServer();
    watch(server);
    server.hello();
    await server.advance(25_000);
    server.last().text('pong');
    await server.advance(24_000);
    expect(server.sockets).toHaveLength(1);
    expect(server.last().closedWith).toBeNull();
  });

  test('renews its pass well before it ends', async () => {
    const server = fakeServer();
    watch(server);
    server.hello();
    for (let i = 0; i < 9; i += 1) {
      await server.advance(20_000);
      server.last().text('pong');
    }
    await server.advance(1);
    expect(server.last().sent.filter((text) => text !== 'ping')).toEqual(['{"type":"renew","pass":"p1"}']);
  });

  test('closed for want of rights, it asks once and stops for good when refused', async () => {
    const server = fakeServer();
    const { states } = watch(server);
    server.hello();
    server.pass = { type: 'refused' };
    server.last().end(4401);
    await server.advance(60_000);
    expect(states.at(-1)).toEqual({ type: 'unauthorized' });
    expect(server.sockets).toHaveLength(1);
    expect(server.timers()).toBe(0);
  });

  test('closed for want of rights after a long sleep, it comes back when the login still holds', async () => {
    const server = fakeServer();
    watch(server);
    server.hello();
    server.last().end(4401);
    await server.advance(1000);
    expect(server.sockets).toHaveLength(2);
  });

  test('a deleted session ends it', async () => {
    const server = fakeServer();
    const { states, frames } = watch(server);
    server.hello();
    server.last().frame({ type: 'deleted' });
    await server.advance(60_000);
    expect(frames).toEqual(['hello', 'deleted']);
    expect(states.at(-1)).toEqual({ type: 'deleted' });
    expect(server.sockets).toHaveLength(1);
  });

  test('a nudge while offline tries at once, and while live sends a ping', async () => {
    const server = fakeServer();
    const { socket } = watch(server);
    server.hello();
    socket.nudge();
    expect(server.last().sent).toEqual(['ping']);
    server.last().end(1006);
    socket.nudge();
    await settle();
    expect(server.sockets).toHaveLength(2);
  });

  test('stopped, it leaves no timer, closes, and hands over nothing more', async () => {
    const server = fakeServer();
    const { socket, seen } = watch(server);
    server.append(3);
    server.hello();
    server.last().frame({ type: 'gap', from: 1, to: 3 });
    socket.stop();
    await server.advance(60_000);
    expect(server.timers()).toBe(0);
    expect(server.last().closedWith).toBe(1000);
    expect(seen).toEqual([]);
  });

  test('frames that are not ours are passed over', () => {
    const server = fakeServer();
    const { seen } = watch(server);
    server.hello();
    for (const text of ['', 'null', '{', '[]', '{"type":"from-the-future"}']) server.last().text(text);
    server.last().frame({ type: 'events', events: server.append(1) });
    expect(seen).toEqual([1]);
  });
});

/** What a server and a network may do to a watcher, one step at a time. */
const Step = fc.oneof(
  fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('send' as const), from: fc.integer({ min: -20, max: 5 }), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ do: fc.constant('gap' as const), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ do: fc.constant('holes' as const), keep: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }) }),
  fc.record({ do: fc.constant('drop' as const), code: fc.constantFrom(1006, 1001, 4401, 4429) }),
  fc.record({ do: fc.constant('hello' as const) }),
  fc.record({ do: fc.constant('fetch' as const), how: fc.constantFrom('fails', 'is empty', 'is short', 'repeats', 'works') }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
);

test('whatever the network does, each seq is handed over exactly once and in order, and in the end all of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { maxLength: 40 }), fc.integer({ min: 0, max: 10 }), async (steps, after) => {
      const server = fakeServer();
      server.append(after);
      const { seen, states } = watch(server, after);
      const whole = server.page;
      const live = (): FakeSocket => server.last();
      for (const step of steps) {
        const at = after + seen.length;
        switch (step.do) {
          case 'append':
            server.append(step.count);
            break;
          case 'send':
            live().frame({ type: 'events', events: server.log.slice(Math.max(0, at + step.from), at + step.from + step.count) });
            break;
          case 'gap':
            live().frame({ type: 'gap', from: at + 1, to: Math.min(server.log.length, at + step.count) });
            break;
          case 'holes':
            live().frame({ type: 'events', events: server.log.slice(at, at + 12).filter((_, i) => step.keep[i]) });
            break;
          case 'drop':
            live().end(step.code);
            break;
          case 'hello':
            server.hello();
            break;
          case 'fetch':
            server.page = broken(step.how, whole);
            break;
          case 'wait':
            await server.advance(step.ms);
            break;
          default:
            step satisfies never;
        }
        expect(seen).toEqual(upTo(after + seen.length, after + 1));
      }
      server.page = whole;
      live().end(1006);
      while (live().onmessage === null) await server.advance(100);
      const resumed = live();
      server.hello();
      resumed.frame({ type: 'events', events: server.log.slice(resumed.after) });
      await server.advance(1);
      expect(seen).toEqual(upTo(server.log.length, after + 1));
      expect(states.at(-1)).toEqual({ type: 'live' });
    }),
    { numRuns: 500, seed: 20261121 },
  );
});

function broken(how: string, whole: (after: number, limit: number) => Promise<ReturnType<typeof eventAt>[]>) {
  return async (after: number, limit: number) => {
    const page = await whole(after, limit);
    switch (how) {
      case 'fails':
        throw new Error('unreachable');
      case 'is empty':
        return [];
      case 'is short':
        return page.slice(0, 1);
      case 'repeats':
        return [...page.slice(0, 2), ...page];
      default:
        return page;
    }
  };
}
