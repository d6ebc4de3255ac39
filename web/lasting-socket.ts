import type { ClientFrame } from '../wire/frame.ts';
import { limits } from '../wire/limits.ts';

/** The part of the platform's WebSocket that we use; a test brings its own. */
export interface SocketPort {
  send(text: string): void;
  close(code?: number): void;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
}

/** What asking for a new live pass came to: `refused` is final, `unreachable` is worth another try. */
export type PassAnswer = { type: 'pass'; pass: string; untilMs: number } | { type: 'refused' } | { type: 'unreachable' };

export interface LastingPorts {
  open(): SocketPort;
  renewPass(): Promise<PassAnswer>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
  /** 0 ≤ random < 1; spreads reconnections, so that a restarted server isn't met by everybody at once. */
  random(): number;
}

export interface LastingConsumer<Frame> {
  /** Each `hello` begins a connection. */
  onFrame(frame: Frame): void;
  /** A connection, or an attempt at one, came to nothing; another follows unless the socket is stopped here. */
  onLost(code: number): void;
  /** Final: the right to watch is gone. */
  onRefused(): void;
}

export interface LastingSocket {
  /** Whether there is a connection that has said hello. */
  readonly greeted: boolean;
  /** The tab woke up or the network came back: check the socket, or try again at once instead of waiting. */
  nudge(): void;
  /** Leaves no timer, and calls nobody back any more. */
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

/** Milliseconds to wait before try number `attempt` (from 0). */
export function backOff(attempt: number, random: () => number): number {
  return Math.round(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10)) * (0.5 + random() / 2));
}

/** One connection after another, until stopped or refused: greeted, pinged, its pass renewed, given up when silent. */
export function lastingSocket<Frame extends { type: string }>(
  ports: LastingPorts,
  consumer: LastingConsumer<Frame>,
): LastingSocket {
  let socket: SocketPort | null = null;
  /** When the current connection said hello; null while there is none. */
  let helloAtMs: number | null = null;
  let failures = 0;
  let stopped = false;
  let retry: (() => void) | null = null;
  let heartbeat: (() => void) | null = null;
  let renewal: (() => void) | null = null;

  /** Late callbacks of a socket that we gave up must not touch the one that follows. */
  const letGo = () => {
    for (const cancel of [retry, heartbeat, renewal]) cancel?.();
    retry = heartbeat = renewal = null;
    if (socket) socket.onmessage = socket.onclose = null;
    socket = null;
    helloAtMs = null;
  };

  const stop = () => {
    const open = socket;
    stopped = true;
    letGo();
    open?.close(1000);
  };

  const refused = () => {
    stop();
    consumer.onRefused();
  };

  const lost = (code: number) => {
    const wasGood = helloAtMs !== null && ports.now() - helloAtMs >= stableAfterMs;
    failures = wasGood ? 0 : failures + 1;
    letGo();
    consumer.onLost(code);
    if (!stopped) retry = ports.schedule(reconnect, backOff(Math.max(0, failures - 1), ports.random));
  };

  /** A browser doesn't say why an upgrade failed, so ask by HTTP first whether we may still watch. */
  const reconnect = async () => {
    retry = null;
    const answer = await ports.renewPass();
    if (stopped || socket) return;
    if (answer.type === 'pass') connect();
    else if (answer.type === 'refused') refused();
    else lost(0);
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
    if (answer.type === 'refused') return refused();
    if (answer.type === 'unreachable') return renewIn(renewAgainMs, connection);
    connection.send(JSON.stringify({ type: 'renew', pass: answer.pass } satisfies ClientFrame));
    renewIn((answer.untilMs - ports.now()) * renewAtShare, connection);
  };

  const connect = () => {
    const connection = ports.open();
    socket = connection;
    heartbeat = ports.schedule(() => drop(connection), helloWithinMs);
    connection.onmessage = ({ data }) => {
      const frame = readFrame<Frame>(data);
      if (frame?.type === 'hello') {
        helloAtMs = ports.now();
        renewIn(limits.spectatorPassMs * renewAtShare, connection);
      }
      if (frame) consumer.onFrame(frame);
      if (socket === connection && helloAtMs !== null) beat(connection);
    };
    connection.onclose = ({ code }) => lost(code);
  };

  connect();
  return {
    get greeted() {
      return helloAtMs !== null;
    },
    nudge() {
      if (socket && helloAtMs !== null) ping(socket);
      if (!retry) return;
      retry();
      reconnect();
    },
    stop,
  };
}

/** Our own server's frames are taken at their word; anything that isn't one of them (`pong`) is null. */
function readFrame<Frame>(data: unknown): Frame | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null;
  try {
    // The wire schemas are checked where frames are made; parsing each of a thousand events again would cost the frame rate.
    return JSON.parse(data) as Frame;
  } catch {
    return null;
  }
}
