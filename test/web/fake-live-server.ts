import type { PassAnswer, SocketPort } from '../../web/lasting-socket.ts';
import type { LivePorts } from '../../web/live-socket.ts';
import type { SessionEvent } from '../../wire/event.ts';
import type { Frame } from '../../wire/frame.ts';

/** One event with the given seq; its content doesn't matter to a socket. */
export const eventAt = (seq: number): SessionEvent => ({
  seq,
  id: `evt_${seq}`,
  type: 'message',
  at: '2026-11-21T12:00:00.000Z',
  receivedAt: '2026-11-21T12:00:00.000Z',
  text: `number ${seq}`,
});

export interface FakeSocket extends SocketPort {
  readonly after: number;
  readonly sent: string[];
  /** What the page closed it with, if it did. */
  closedWith: number | null;
  frame(frame: Frame | Record<string, unknown>): void;
  text(text: string): void;
  /** The server or the network ends it. */
  end(code: number): void;
}

/** A clock, a network and a log that a test moves by hand. */
export function fakeServer() {
  let nowMs = 1_000_000;
  let timers: { atMs: number; task: () => void }[] = [];
  const sockets: FakeSocket[] = [];
  const server = {
    sockets,
    log: [] as SessionEvent[],
    pass: { type: 'pass', pass: 'p1', untilMs: 0 } as PassAnswer,
    passesAsked: 0,
    fetches: [] as { after: number; limit: number }[],
    /** Replaced by tests that break the fetch. */
    page: async (after: number, limit: number): Promise<SessionEvent[]> => server.log.slice(after, after + limit),
    append(count: number): SessionEvent[] {
      const from = server.log.length + 1;
      const events = Array.from({ length: count }, (_, i) => eventAt(from + i));
      server.log.push(...events);
      return events;
    },
    last(): FakeSocket {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('no socket was opened');
      return socket;
    },
    hello(): void {
      server.last().frame({ type: 'hello', session: {}, cursor: server.log.length });
    },
    now: () => nowMs,
    /** Lets promises settle, then fires what falls due, one timer at a time. */
    async advance(ms: number): Promise<void> {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const due = timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        nowMs = Math.max(nowMs, due.atMs);
        due.task();
        await settle();
      }
      nowMs = untilMs;
    },
  };

  const ports: LivePorts = {
    open(after) {
      const socket: FakeSocket = {
        after,
        sent: [],
        closedWith: null,
        onmessage: null,
        onclose: null,
        send: (text) => socket.sent.push(text),
        close: (code = 1005) => {
          socket.closedWith = code;
        },
        frame: (frame) => socket.onmessage?.({ data: JSON.stringify(frame) }),
        text: (text) => socket.onmessage?.({ data: text }),
        end: (code) => socket.onclose?.({ code }),
      };
      sockets.push(socket);
      return socket;
    },
    fetchEvents(after, limit) {
      server.fetches.push({ after, limit });
      return server.page(after, limit);
    },
    async renewPass() {
      server.passesAsked += 1;
      return server.pass.type === 'pass' ? { ...server.pass, untilMs: nowMs + 300_000 } : server.pass;
    },
    now: () => nowMs,
    schedule(task, delayMs) {
      const timer = { atMs: nowMs + delayMs, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    random: () => 0.5,
  };
  return Object.assign(server, { ports, timers: () => timers.length });
}

/** Promise chains here are a handful long; this lets all of them finish without a timer. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 12; i += 1) await Promise.resolve();
}
