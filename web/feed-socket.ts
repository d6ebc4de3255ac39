import type { FeedFrame } from '../wire/frame.ts';
import { type LastingPorts, lastingSocket } from './lasting-socket.ts';
import type { LiveState } from './live-socket.ts';

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

/** Watches an organization's feed until stopped. The feed has no past: a new connection starts from now. */
export function watchFeed(ports: LastingPorts, consumer: FeedConsumer): FeedSocket {
  let state: FeedState = { type: 'connecting' };

  const setState = (next: FeedState) => {
    if (next.type === state.type) return;
    state = next;
    consumer.onState(next);
  };

  return lastingSocket<FeedFrame>(ports, {
    onFrame(frame) {
      if (frame.type === 'hello') setState({ type: 'live' });
      consumer.onFrame(frame);
    },
    onLost: () => setState({ type: 'offline', sinceMs: ports.now() }),
    onRefused: () => setState({ type: 'unauthorized' }),
  });
}
