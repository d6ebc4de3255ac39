import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { postHook } from '../../scripts/local/account.ts';
import type { Bench, Figure, Stage } from '../../scripts/local/bench.ts';
import { limits } from '../../wire/limits.ts';
import { batchBodies } from './bodies.ts';
import { ms, quantile } from './quantile.ts';

const events = 100_000;
const size = 500;
const pageSize = 500;
const tries = 7;
const pages = 200;
const patienceMs = 60_000;

/** Opening a session of 100,000 events: while its room has them, after the room was evicted, and once the archive has them. */
export const bench: Bench = {
  title: `Opening a session of ${events.toLocaleString('en')} events`,
  run: async (stage) => {
    const id = await makeSession(stage);
    const figures = [await first(stage, id, 'in the room'), ...(await opening(stage, id, 'in the room'))];
    await stage.restart(() => undefined);
    figures.push(await first(stage, id, 'room evicted'));
    await stage.restart((stateDir) => agePast(stateDir, 2));
    await archived(stage, id);
    figures.push(...(await opening(stage, id, 'archived')));
    const { nowMb, peakMb } = stage.memory();
    return [...figures, { what: 'memory of workerd after', result: `${nowMb} MB, peak ${peakMb} MB` }];
  },
};

async function makeSession({ server: { url }, account, token, stateDir }: Stage): Promise<string> {
  // Hours of events in seconds; a bucket that grows is not full by that, so that it has to fill faster than this posts.
  const all = { burst: limits.maxBurst, perMinute: limits.maxBurst };
  await account.call('PATCH', '/api/limits', { perSession: all, perToken: all, perUser: all, perOrganization: all });
  const body = batchBodies('long', 1, size);
  let id = '';
  for (let posted = 0; posted < events; posted += size) {
    ({ sessionId: id } = await postHook<{ sessionId: string }>(url, token, '/hooks/events', JSON.parse(body())));
  }
  const last = { n: events + 1, type: 'session.ended', ok: true };
  await postHook(url, token, '/hooks/events', { agent: 'bench', sessionId: 'long-0', stream: 'one', events: [last] });
  const flushed = `SELECT 1 FROM meta WHERE key = 'checkpoint' AND value ->> '$.flushedSeq' > ${events}`;
  await until(async () => inRooms(stateDir, (database) => database.prepare(flushed).all()).flat().length > 0, 'the flush');
  return id;
}

/** The first answer alone: an evicted room has to wake up for it. */
async function first({ account }: Stage, id: string, where: string): Promise<Figure> {
  const startMs = performance.now();
  await account.session(id);
  return { what: `${where}: summary, first request`, result: ms(performance.now() - startMs) };
}

async function opening({ account }: Stage, id: string, where: string): Promise<Figure[]> {
  const page = (after: number) => () => account.call('GET', `/api/sessions/${id}/events?after=${after}&limit=${pageSize}`);
  const live = (after: number) => () => opened(account.socket(`/api/sessions/${id}/live?after=${after}`));
  return [
    { what: `${where}: page of ${pageSize}, first`, result: await median(page(0)) },
    { what: `${where}: page of ${pageSize}, middle`, result: await median(page(events / 2)) },
    { what: `${where}: page of ${pageSize}, last`, result: await median(page(events - pageSize)) },
    { what: `${where}: ${pages} pages of ${pageSize}, from everywhere`, result: await spread(account, id) },
    { what: `${where}: socket, hello and the last ${pageSize} events`, result: await median(live(events + 1 - pageSize)) },
    { what: `${where}: socket, hello and all that a replay may hold`, result: await median(live(0)) },
  ];
}

/** Pages all over the session, one after the other: the first and the last among them, none twice. */
async function spread(account: Stage['account'], id: string): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < pages; n++) {
    // A step that has no divisor with the number of pages: the next is never beside the last.
    const after = ((n * 37) % pages) * Math.floor((events - pageSize) / (pages - 1));
    const startMs = performance.now();
    await account.call('GET', `/api/sessions/${id}/events?after=${after}&limit=${pageSize}`);
    times.push(performance.now() - startMs);
  }
  return `p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}`;
}

/** Opens a socket and waits for the presence frame, which follows the replay. */
function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the socket was refused'));
    socket.onmessage = ({ data }) => {
      if (!String(data).startsWith('{"type":"presence"')) return;
      socket.close();
      resolve();
    };
  });
}

async function median(run: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  for (let i = 0; i < tries; i++) {
    const startMs = performance.now();
    await run();
    times.push(performance.now() - startMs);
  }
  return `median ${ms(quantile(times, 0.5))}, worst ${ms(Math.max(...times))}`;
}

/** Makes every room's session look as if it had ended `hours` earlier: nobody waits an hour for a measurement. */
function agePast(stateDir: string, hours: number): void {
  const aged = ['endedAtMs', 'lastEventAtMs'].map((name) => `'$.state.${name}', value ->> '$.state.${name}' - ?1`);
  const update = `UPDATE meta SET value = json_set(value, ${aged}) WHERE key = 'checkpoint'`;
  inRooms(stateDir, (database) => database.prepare(update).run(hours * 3600_000));
}

function inRooms<T>(stateDir: string, work: (database: DatabaseSync) => T): T[] {
  const folder = join(stateDir, 'v3/do/flightdeck-SessionRoom');
  const files = readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name));
  return files.map((file) => {
    const database = new DatabaseSync(join(folder, file));
    const answer = work(database);
    database.close();
    return answer;
  });
}

/** A spectator makes the room look at its deadlines, and the archive is overdue. */
async function archived({ account, say }: Stage, id: string): Promise<void> {
  const startMs = performance.now();
  const socket = account.socket(`/api/sessions/${id}/live?after=${events}`);
  await until(async () => (await replayedFrom(account.socket(`/api/sessions/${id}/live?after=0`))) > events, 'the archive');
  socket.close();
  say(`  archived in ${ms(performance.now() - startMs)}`);
}

/** The seq that a replay of everything starts at: beyond the last once the log is empty. */
function replayedFrom(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    let gapTo = 0;
    socket.onerror = () => reject(new Error('the socket was refused'));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'gap') gapTo = frame.to;
      if (frame.type !== 'presence') return;
      socket.close();
      resolve(gapTo);
    };
  });
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what} did not come within ${patienceMs} ms`);
    await setTimeout(250);
  }
}
