import type { SessionEvent } from '../wire/event.ts';
import { type ClientFrame, closeCodes, type Frame } from '../wire/frame.ts';
import { limits } from '../wire/limits.ts';
import { liveSequence } from './live-sequence.ts';

/** The part of the platform's WebSocket that we use; a test brings its own. */
export interface SocketPort {
  send(text: string): void;
  close(code?: number): void;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
}

/** What asking for a new live pass came to: `refused` is final, `unreachable` is worth another try. */
export type PassAnswer = { type: 'pass'; pass: string; untilMs: number } | { type: 'refused' } | { type: 'unreachable' };

export interface LivePorts {
  open(after: number): SocketPort;
  /** Events after `after` in seq order, as many as the server cares to give; rejects when it can't be reached. */
  fetchEvents(after: number, limit: number): Promise<SessionEvent[]>;
  renewPass(): Promise<PassAnswer>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
  /** 0 ≤ random < 1; spreads reconnections, so that a restarted server isn't met by everybody at once. */
  random(): number;
}

export type LiveState =
  | { type: 'connecting' }
  | { type: 'live' }
  /** Connected, `remaining` events behind. */
  | { type: 'catching-up'; remaining: number }
  | { type: 'offline'; sinceMs: number }
  /** Final: the right to watch is gone. */
  | { type: 'unauthorized' }
  /** Final: there is nothing left to watch. */
  | { type: 'deleted' };

export interface LiveConsumer {
  /** Each seq once, in order, without holes, from `after + 1` on. */
  onEvents(events: SessionEvent[]): void;
  /** Everything that is no event: hello, summary, presence, verdict, deleted. */
  onFrame(frame: Exclude<Frame, { type: 'events' } | { type: 'gap' }>): void;
  onState(state: LiveState): void;
}

export interface LiveSocket {
  /** Last seq handed over. */
  readonly lastSeq: number;
  /** The tab woke up or the network came back: check the socket, or try again at once instead of waiting. */
  nudge(): void;
  stop(): void;
}

const pingEveryMs = 25_000;
const pongWithinMs = 10_000;
const helloWithinMs = 15_000;
const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** A connection that lived this long was a good one: the next failure starts from the shortest delay again. */
const stableAfterMs = 5_000;
/** Renewing at this share of what is left leaves room for failed attempts before the server closes. */
const renewAtShare = 0.6;
const renewAgainMs = 15_000;

/** Watches one session from `after` on until stopped; survives drops, duplicates, gaps and a sleeping laptop. */
export function watchSession(after: number, ports: LivePorts, consumer: LiveConsumer): LiveSocket {
  let socket: SocketPort | null = null;
  let state: LiveState = { type: 'connecting' };
  /** When the current connection said hello; null while there is none. */
  let helloAtMs: number | null = null;
  let failures = 0;
  let final = false;
  let retry: (() => void) | null = null;
  let heartbeat: (() => void) | null = null;
  let renewal: (() => void) | null = null;

  const backOff = (attempt: number) =>
    Math.round(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10)) * (0.5 + ports.random() / 2));

  const tellProgress = () => {
    if (helloAtMs === null || final) return;
    const remaining = sequence.target - sequence.lastSeq;
    setState(remaining > 0 ? { type: 'catching-up', remaining } : { type: 'live' });
  };

  const sequence = liveSequence(after, {
    fetchEvents: ports.fetchEvents,
    schedule: ports.schedule,
    backOff,
    onEvents: consumer.onEvents,
    onProgress: tellProgress,
  });

  const setState = (next: LiveState) => {
    const behind = next.type === 'catching-up' ? next.remaining : null;
    const before = state.type === 'catching-up' ? state.remaining : null;
    if (next.type === state.type && behind === before) return;
    state = next;
    consumer.onState(next);
  };

  /** Late callbacks of a socket that we gave up must not touch the one that follows. */
  const letGo = () => {
    for (const cancel of [retry, heartbeat, renewal]) cancel?.();
    retry = heartbeat = renewal = null;
    if (socket) socket.onmessage = socket.onclose = null;
    socket = null;
    helloAtMs = null;
  };

  const finish = (last: LiveState) => {
    const open = socket;
    final = true;
    letGo();
    sequence.stop();
    open?.close(1000);
    setState(last);
  };

  const lost = (code: number) => {
    if (code === closeCodes.deleted) {
      finish({ type: 'deleted' });
      return;
    }
    const nowMs = ports.now();
    const wasGood = helloAtMs !== null && nowMs - helloAtMs >= stableAfterMs;
    failures = wasGood ? 0 : failures + 1;
    letGo();
    sequence.reset();
    if (state.type !== 'offline') setState({ type: 'offline', sinceMs: nowMs });
    retry = ports.schedule(reconnect, backOff(Math.max(0, failures - 1)));
  };

  /** A browser doesn't say why an upgrade failed, so ask by HTTP first whether we may still watch. */
  const reconnect = async () => {
    retry = null;
    const answer = await ports.renewPass();
    if (final) return;
    if (answer.type === 'refused') {
      finish({ type: 'unauthorized' });
      return;
    }
    if (answer.type === 'unreachable') {
      lost(0);
      return;
    }
    connect();
  };

  const drop = (connection: SocketPort) => {
    lost(0);
    connection.close(4000);
  };

  const beat = (connection: SocketPort) => {
    heartbeat?.();
    heartbeat = ports.schedule(() => ping(connection), pingEveryMs);
  };

  const ping = (connection: SocketPort) => {
    heartbeat?.();
    connection.send('ping');
    heartbeat = ports.schedule(() => drop(connection), pongWithinMs);
  };

  const renewIn = (delayMs: number, connection: SocketPort) => {
    renewal?.();
    renewal = ports.schedule(() => renew(connection), Math.max(1000, delayMs));
  };

  const renew = async (connection: SocketPort) => {
    const answer = await ports.renewPass();
    if (socket !== connection) return;
    if (answer.type === 'pass') {
      connection.send(JSON.stringify({ type: 'renew', pass: answer.pass } satisfies ClientFrame));
      renewIn((answer.untilMs - ports.now()) * renewAtShare, connection);
    }
    // Refused needs nothing here: the server closes when the old pass ends, and `reconnect` learns that it is final.
    if (answer.type === 'unreachable') renewIn(renewAgainMs, connection);
  };

  const receive = (frame: Frame, connection: SocketPort) => {
    switch (frame.type) {
      case 'hello':
        helloAtMs = ports.now();
        renewIn(limits.spectatorPassMs * renewAtShare, connection);
        consumer.onFrame(frame);
        sequence.begin(frame.cursor);
        return;
      case 'events':
        sequence.push(frame.events);
        return;
      case 'gap':
        sequence.gap(frame.to);
        return;
      case 'deleted':
        consumer.onFrame(frame);
        finish({ type: 'deleted' });
        return;
      case 'summary':
      case 'presence':
      case 'verdict':
        consumer.onFrame(frame);
        return;
      default:
        // A server newer than this page may say more than it knows.
        frame satisfies never;
    }
  };

  const connect = () => {
    const connection = ports.open(sequence.lastSeq);
    socket = connection;
    heartbeat = ports.schedule(() => drop(connection), helloWithinMs);
    connection.onmessage = ({ data }) => {
      const frame = readFrame(data);
      if (frame) receive(frame, connection);
      if (socket === connection && helloAtMs !== null) beat(connection);
    };
    connection.onclose = ({ code }) => lost(code);
  };

  connect();
  return {
    get lastSeq() {
      return sequence.lastSeq;
    },
    nudge() {
      if (socket && helloAtMs !== null) ping(socket);
      if (!retry) return;
      retry();
      reconnect();
    },
    stop() {
      if (!final) finish(state);
    },
  };
}

/** Our own server's frames are taken at their word; anything that isn't one of them (`pong`) is null. */
function readFrame(data: unknown): Frame | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null;
  try {
    // The wire schemas are checked where frames are made; parsing each of a thousand events again would cost the frame rate.
    return JSON.parse(data) as Frame;
  } catch {
    return null;
  }
}
