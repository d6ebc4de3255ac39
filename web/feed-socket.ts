import { type ClientFrame, closeCodes, type FeedFrame } from '../wire/frame.ts';
import { limits } from '../wire/limits.ts';
import type { LiveState, PassAnswer, SocketPort } from './live-socket.ts';

export interface FeedPorts {
  open(): SocketPort;
  renewPass(): Promise<PassAnswer>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
  /** 0 ≤ random < 1; spreads reconnections. */
  random(): number;
}

export type FeedState = Exclude<LiveState, { type: 'catching-up' } | { type: 'deleted' }>;

export interface FeedConsumer {
  /** Each `hello` begins a connection: what was missed before it has to be read by HTTP. */
  onFrame(frame: FeedFrame): void;
  onState(state: FeedState): void;
}

export interface FeedSocket {
  /** The tab woke up or the network came back: check the socket, or try again at once. */
  nudge(): void;
  stop(): void;
}

const pingEveryMs = 25_000;
const answerWithinMs = 10_000;
const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** Leaves room for failed attempts before the server closes. */
const renewAtShare = 0.6;
const renewAgainMs = 15_000;

/** Watches an organization's feed until stopped. The feed has no past: a new connection starts from now. */
export function watchFeed(ports: FeedPorts, consumer: FeedConsumer): FeedSocket {
  let socket: SocketPort | null = null;
  let greeted = false;
  let failures = 0;
  let stopped = false;
  let state: FeedState = { type: 'connecting' };
  let retry: (() => void) | null = null;
  let watchdog: (() => void) | null = null;
  let renewal: (() => void) | null = null;

  const setState = (next: FeedState) => {
    if (next.type === state.type) return;
    state = next;
    consumer.onState(next);
  };

  /** Late callbacks of a socket that we gave up must not touch the one that follows. */
  const letGo = () => {
    for (const cancel of [retry, watchdog, renewal]) cancel?.();
    retry = watchdog = renewal = null;
    const last = socket;
    if (last) last.onmessage = last.onclose = null;
    socket = null;
    greeted = false;
    return last;
  };

  const lost = () => {
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures, 10)) * (0.5 + ports.random() / 2);
    failures += 1;
    letGo();
    setState({ type: 'offline', sinceMs: ports.now() });
    retry = ports.schedule(reconnect, Math.round(delayMs));
  };

  const refuse = () => {
    stopped = true;
    letGo()?.close(1000);
    setState({ type: 'unauthorized' });
  };

  /** A browser doesn't say why an upgrade failed, so ask by HTTP first whether we may still watch. */
  const reconnect = async () => {
    retry = null;
    const answer = await ports.renewPass();
    if (stopped || socket) return;
    if (answer.type === 'pass') connect();
    else if (answer.type === 'refused') refuse();
    else lost();
  };

  const ping = (connection: SocketPort) => {
    watchdog?.();
    connection.send('ping');
    watchdog = ports.schedule(() => drop(connection), answerWithinMs);
  };

  const drop = (connection: SocketPort) => {
    lost();
    connection.close(4000);
  };

  const renewIn = (delayMs: number, connection: SocketPort) => {
    renewal?.();
    renewal = ports.schedule(() => renew(connection), Math.max(1000, delayMs));
  };

  const renew = async (connection: SocketPort) => {
    const answer = await ports.renewPass();
    if (socket !== connection) return;
    if (answer.type === 'refused') return refuse();
    if (answer.type === 'unreachable') return renewIn(renewAgainMs, connection);
    connection.send(JSON.stringify({ type: 'renew', pass: answer.pass } satisfies ClientFrame));
    renewIn((answer.untilMs - ports.now()) * renewAtShare, connection);
  };

  const receive = (frame: FeedFrame, connection: SocketPort) => {
    if (frame.type === 'hello') {
      greeted = true;
      failures = 0;
      setState({ type: 'live' });
      renewIn(limits.spectatorPassMs * renewAtShare, connection);
    }
    consumer.onFrame(frame);
  };

  const connect = () => {
    const connection = ports.open();
    socket = connection;
    watchdog = ports.schedule(() => drop(connection), answerWithinMs);
    connection.onmessage = ({ data }) => {
      const frame = readFrame(data);
      if (frame) receive(frame, connection);
      if (socket !== connection || !greeted) return;
      watchdog?.();
      watchdog = ports.schedule(() => ping(connection), pingEveryMs);
    };
    connection.onclose = ({ code }) => {
      // 4401 may be a pass that ran out in a sleeping tab: `reconnect` asks before it is final, and asks at once.
      if (code === closeCodes.unauthorized) failures = 0;
      lost();
    };
  };

  connect();
  return {
    nudge() {
      if (socket && greeted) ping(socket);
      if (!retry) return;
      retry();
      reconnect();
    },
    stop() {
      stopped = true;
      letGo()?.close(1000);
    },
  };
}

/** Our own server's frames are taken at their word; anything that isn't one of them (`pong`) is null. */
function readFrame(data: unknown): FeedFrame | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null;
  try {
    // The schema is checked where frames are made.
    return JSON.parse(data) as FeedFrame;
  } catch {
    return null;
  }
}
