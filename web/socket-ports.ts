import { ApiError, client, read } from './api.ts';
import type { PassAnswer, SocketPort } from './lasting-socket.ts';
import { organizationId } from './organization-id.ts';

/** A WebSocket on our own origin; the organization rides in the query, because browsers set no headers here. */
export function openSocket(path: string, query: Record<string, string> = {}): SocketPort {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (organizationId.peek()) url.searchParams.set('organization', organizationId.peek() ?? '');
  const socket = new WebSocket(url);
  const port: SocketPort = {
    // A socket that is closing throws on send; its close event follows anyway.
    send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
    close: (code) => socket.close(code),
    onmessage: null,
    onclose: null,
  };
  socket.onmessage = ({ data }) => port.onmessage?.({ data });
  socket.onclose = ({ code }) => port.onclose?.({ code });
  return port;
}

/** Asks for a new right to watch. Only a login that ended or a lost membership is final. */
export async function renewPass(): Promise<PassAnswer> {
  try {
    const { pass, until } = await read(client.api['live-pass'].$post());
    return { type: 'pass', pass, untilMs: Date.parse(until) };
  } catch (error) {
    const final = error instanceof ApiError && ['unauthenticated', 'forbidden', 'not_found'].includes(error.code);
    return { type: final ? 'refused' : 'unreachable' };
  }
}

/** The browser's clock and dice, for sockets. */
export const timePorts = {
  now: () => Date.now(),
  schedule(task: () => void, delayMs: number) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Calls back when a sleeping tab wakes up or the network goes or returns; the answer stops it. */
export function onWake(wake: () => void): () => void {
  const visible = () => document.visibilityState === 'visible' && wake();
  addEventListener('online', wake);
  addEventListener('offline', wake);
  document.addEventListener('visibilitychange', visible);
  return () => {
    removeEventListener('online', wake);
    removeEventListener('offline', wake);
    document.removeEventListener('visibilitychange', visible);
  };
}
