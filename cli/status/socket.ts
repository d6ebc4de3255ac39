import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Login, Refused } from '../api.ts';
import { exitCodes, Failure } from '../failure.ts';

/** Why a connection ended. The right to watch ends every few minutes, and coming back with the token renews it. */
type Ended = { again: true; why: string } | { again: false };

const deletedCode = 4410;
const maxPauseMs = 10_000;

/**
 * Follows a live socket, and comes back after every break. `path` is asked anew for each connection, so that it can name where to go on;
 * `receive` answers whether there is more to wait for. Throws a Failure where coming back is no use.
 */
export async function follow(
  login: Login,
  path: () => string,
  receive: (frame: unknown) => Promise<boolean>,
  onBreak: (why: string) => void,
): Promise<void> {
  for (let pauseMs = 500; ; pauseMs = Math.min(maxPauseMs, pauseMs * 2)) {
    let heard = false;
    const ended = await connection(login, path(), async (frame) => {
      heard = true;
      return receive(frame);
    });
    if (!ended.again) return;
    if (heard) pauseMs = 500;
    onBreak(ended.why);
    await wait(pauseMs);
  }
}

function connection(login: Login, path: string, receive: (frame: unknown) => Promise<boolean>): Promise<Ended> {
  const socket = new WebSocket(login.url.replace(/^http/, 'ws') + path, {
    headers: { authorization: `Bearer ${login.apiToken}` },
    handshakeTimeout: 10_000,
  });
  return new Promise<Ended>((resolve, reject) => {
    // Frames are worked off one after the other, also where one of them needs a request of its own.
    let work: Promise<unknown> = Promise.resolve();
    const ping = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('ping'), 30_000);
    const end = (ended: Ended) => {
      clearInterval(ping);
      work.then(() => resolve(ended), reject);
    };
    socket.on('message', (data) => {
      const text = String(data);
      if (text === 'pong') return;
      work = work.then(async () => {
        if (await receive(JSON.parse(text))) return;
        resolve({ again: false });
        socket.close(1000);
      });
      work.catch((error) => {
        reject(error);
        socket.terminate();
      });
    });
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      if (statusCode < 500) reject(refused(login, statusCode));
      end({ again: true, why: `HTTP ${statusCode}` });
      socket.terminate();
    });
    socket.on('error', (error) => end({ again: true, why: 'code' in error ? String(error.code) : error.message }));
    socket.on('close', (code) => end(code === deletedCode ? { again: false } : { again: true, why: 'the connection broke' }));
  });
}

function refused({ url }: Login, status: number): Failure {
  if (status === 401) return new Failure(`The API token is not accepted. Run: flightdeck login ${url}`, exitCodes.notLoggedIn);
  return new Refused(status, status === 404 ? 'There is no such session.' : `${url} answered HTTP ${status}.`);
}
