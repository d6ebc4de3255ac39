import type { SessionEvent } from '../wire/event.ts';
import { closeCodes, type Frame } from '../wire/frame.ts';
import { backOff, type LastingPorts, lastingSocket, type SocketPort } from './lasting-socket.ts';
import { liveSequence } from './live-sequence.ts';

export interface LivePorts extends Omit<LastingPorts, 'open'> {
  open(after: number): SocketPort;
  /** Events after `after` in seq order, as many as the server cares to give; rejects when it can't be reached. */
  fetchEvents(after: number, limit: number): Promise<SessionEvent[]>;
}

/** How well a screen keeps up with the server. */
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

/** Watches one session from `after` on until stopped; survives drops, duplicates, gaps and a sleeping laptop. */
export function watchSession(after: number, ports: LivePorts, consumer: LiveConsumer): LiveSocket {
  let state: LiveState = { type: 'connecting' };
  let final = false;

  const tellProgress = () => {
    if (!socket.greeted || final) return;
    const remaining = sequence.target - sequence.lastSeq;
    setState(remaining > 0 ? { type: 'catching-up', remaining } : { type: 'live' });
  };

  const sequence = liveSequence(after, {
    fetchEvents: ports.fetchEvents,
    schedule: ports.schedule,
    backOff: (attempt) => backOff(attempt, ports.random),
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

  const finish = (last: LiveState) => {
    final = true;
    sequence.stop();
    socket.stop();
    setState(last);
  };

  const receive = (frame: Frame) => {
    switch (frame.type) {
      case 'hello':
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

  const socket = lastingSocket<Frame>(
    { ...ports, open: () => ports.open(sequence.lastSeq) },
    {
      onFrame: receive,
      onLost(code) {
        if (code === closeCodes.deleted) return finish({ type: 'deleted' });
        sequence.reset();
        setState({ type: 'offline', sinceMs: ports.now() });
      },
      onRefused: () => finish({ type: 'unauthorized' }),
    },
  );

  return {
    get lastSeq() {
      return sequence.lastSeq;
    },
    nudge: socket.nudge,
    stop() {
      if (!final) finish(state);
    },
  };
}
