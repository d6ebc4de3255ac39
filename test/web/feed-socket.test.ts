import { beforeEach, expect, test } from 'vitest';
import { type FeedSocket, type FeedState, watchFeed } from '../../web/feed-socket.ts';
import type { PassAnswer, SocketPort } from '../../web/lasting-socket.ts';
import type { FeedFrame } from '../../wire/frame.ts';

/** A network that the test moves by hand: sockets, answers and a clock. */
class Network {
  nowMs = 1_000_000;
  sockets: FakeSocket[] = [];
  tasks: { run: () => void; atMs: number }[] = [];
  answers: PassAnswer[] = [];
  passesAsked = 0;
  states: FeedState[] = [];
  frames: FeedFrame[] = [];
  feed: FeedSocket = watchFeed(
    {
      open: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      renewPass: async () => {
        this.passesAsked += 1;
        return this.answers.shift() ?? { type: 'pass', pass: 'p', untilMs: this.nowMs + 300_000 };
      },
      now: () => this.nowMs,
      schedule: (run, delayMs) => {
        const task = { run, atMs: this.nowMs + delayMs };
        this.tasks.push(task);
        return () => {
          this.tasks = this.tasks.filter((other) => other !== task);
        };
      },
      random: () => 1,
    },
    { onFrame: (frame) => this.frames.push(frame), onState: (state) => this.states.push(state) },
  );

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error('nothing was opened');
    return last;
  }

  /** Lets time pass, running what falls due in order. */
  async pass(ms: number) {
    const endMs = this.nowMs + ms;
    for (;;) {
      const next = this.tasks.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.tasks = this.tasks.filter((task) => task !== next);
      this.nowMs = next.atMs;
      next.run();
      await settled();
    }
    this.nowMs = endMs;
  }
}

class FakeSocket implements SocketPort {
  sent: string[] = [];
  closed: number | undefined;
  onmessage: SocketPort['onmessage'] = null;
  onclose: SocketPort['onclose'] = null;
  send(text: string) {
    this.sent.push(text);
  }
  close(code?: number) {
    this.closed = code;
  }
  say(frame: FeedFrame | 'pong') {
    this.onmessage?.({ data: frame === 'pong' ? frame : JSON.stringify(frame) });
  }
  drop(code: number) {
    this.onclose?.({ code });
  }
}

const settled = async () => {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
};

let network: Network;
beforeEach(() => {
  network = new Network();
});

test('is live from the hello on, and hands frames over', () => {
  network.socket.say({ type: 'hello' });
  network.socket.say({ type: 'deleted', sessionId: 'ses_1' });
  expect(network.states).toEqual([{ type: 'live' }]);
  expect(network.frames).toEqual([{ type: 'hello' }, { type: 'deleted', sessionId: 'ses_1' }]);
});

test('a drop is offline since that moment, and the delay doubles until a connection lasts', async () => {
  network.socket.say({ type: 'hello' });
  network.socket.drop(1006);
  expect(network.states.at(-1)).toEqual({ type: 'offline', sinceMs: 1_000_000 });
  await network.pass(500);
  expect(network.sockets).toHaveLength(2);
  network.socket.drop(1006);
  await network.pass(999);
  expect(network.sockets).toHaveLength(2);
  await network.pass(1);
  expect(network.sockets).toHaveLength(3);
  network.socket.say({ type: 'hello' });
  network.socket.drop(1006);
  await network.pass(1999);
  expect(network.sockets).toHaveLength(3);
  await network.pass(1);
  network.socket.say({ type: 'hello' });
  await network.pass(5000);
  network.socket.drop(1006);
  await network.pass(500);
  expect(network.sockets).toHaveLength(5);
});

test('offline keeps the time of the first drop through failed attempts', async () => {
  network.socket.say({ type: 'hello' });
  network.socket.drop(1006);
  network.answers = [{ type: 'unreachable' }, { type: 'unreachable' }];
  await network.pass(5000);
  expect(network.states.filter(({ type }) => type === 'offline')).toEqual([{ type: 'offline', sinceMs: 1_000_000 }]);
});

test('asks whether it may still watch before it connects again, and stops when it may not', async () => {
  network.socket.say({ type: 'hello' });
  network.answers = [{ type: 'refused' }];
  network.socket.drop(4401);
  await network.pass(600_000);
  expect(network.states.at(-1)).toEqual({ type: 'unauthorized' });
  expect(network.sockets).toHaveLength(1);
});

test('pings a silent connection and gives it up when nothing answers', async () => {
  network.socket.say({ type: 'hello' });
  await network.pass(25_000);
  expect(network.socket.sent).toEqual(['ping']);
  network.socket.say('pong');
  await network.pass(25_000);
  expect(network.socket.sent).toEqual(['ping', 'ping']);
  await network.pass(10_000);
  expect(network.sockets[0]?.closed).toBe(4000);
  expect(network.states.at(-1)?.type).toBe('offline');
});

test('renews its pass well before it ends', async () => {
  network.socket.say({ type: 'hello' });
  for (let i = 0; i < 9; i += 1) {
    await network.pass(20_000);
    network.socket.say('pong');
  }
  expect(network.passesAsked).toBe(1);
  expect(network.socket.sent).toContain(JSON.stringify({ type: 'renew', pass: 'p' }));
});

test('a nudge tries again at once instead of waiting', async () => {
  network.socket.drop(1006);
  network.feed.nudge();
  await settled();
  expect(network.sockets).toHaveLength(2);
});

test('a connection that never says hello is given up', async () => {
  await network.pass(15_000);
  expect(network.sockets[0]?.closed).toBe(4000);
  await network.pass(500);
  expect(network.sockets).toHaveLength(2);
});

test('a stopped feed stays stopped', async () => {
  network.socket.say({ type: 'hello' });
  network.feed.stop();
  await network.pass(600_000);
  expect(network.sockets).toHaveLength(1);
  expect(network.socket.closed).toBe(1000);
});
