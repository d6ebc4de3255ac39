import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { SessionEvent } from '../../wire/event.ts';
import type { Frame } from '../../wire/frame.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { person } from './person.ts';
import { seededRandom } from './seeded-random.ts';
import { startServerProcess } from './server-process.ts';

const kills = Number(process.env.KILLS ?? 20);
const seed = Number(process.env.SEED ?? 20_261_121);
const batchSize = 7;

it(`loses and doubles nothing that it acknowledged, through ${kills} SIGKILLs at random moments`, async () => {
  const random = seededRandom(seed);
  let server = await startServerProcess();
  const { url, port, stateDir } = server;
  onTestFinished(() => server.kill());
  const account = await signUp(url, person('kill'));
  const token = await account.ingestToken('kill test');
  const run = { over: false };

  const first = await postHook<IngestAnswer>(url, token, '/hooks/events', batch('stream-a', 1));
  const tail = followTail(account, first.sessionId, run);
  const posters = [
    postStream(url, token, 'stream-a', 1 + batchSize, run),
    postStream(url, token, 'stream-b', 1, run),
    postToolHooks(url, token, 'kill-hooks', run),
  ];

  for (let kill = 0; kill < kills; kill++) {
    await setTimeout(Math.floor(random() * 600));
    await server.kill();
    server = await startServerProcess({ port, stateDir });
  }
  await setTimeout(500);
  run.over = true;
  const [a = 0, b = 0, hooks = 0] = await Promise.all(posters);

  const log = await account.events(first.sessionId);
  const acknowledged = [...numbers('stream-a', a), ...numbers('stream-b', b)];
  expect(acknowledged.length, 'the kills fell into real traffic').toBeGreaterThan(kills * batchSize);
  const stored = log.flatMap((event) => event.text ?? []).sort();
  expect(stored, 'every acknowledged event once, and no other').toEqual(acknowledged.sort());
  expect(log.map((event) => event.seq)).toEqual(log.map((_, index) => index + 1));

  const session = (await account.sessions()).find(({ externalId }) => externalId === 'kill-hooks');
  const toolEvents = await account.events(session?.id ?? '');
  expect(toolEvents.map((event) => `${event.type} ${event.toolUseId}`)).toEqual(
    Array.from({ length: hooks }, (_, index) => [`tool.started toolu_${index}`, `tool.finished toolu_${index}`]).flat(),
  );

  const seen = await tail.upTo(log.length);
  expect(
    seen.map((event) => event.seq),
    'the live tail has each seq once, in order',
  ).toEqual(log.map((event) => event.seq));
  console.log(
    `${kills} kills (seed ${seed}): ${acknowledged.length + 2 * hooks} acknowledged, 0 lost, 0 doubled; ` +
      `the tail reconnected ${tail.reconnects()} times and has no gap`,
  );
}, 300_000);

const texts = (stream: string, from: number, count: number) => Array.from({ length: count }, (_, i) => `${stream} ${from + i}`);
const numbers = (stream: string, last: number) => texts(stream, 1, last);
const batch = (stream: string, from: number) => ({
  agent: 'kill-test',
  sessionId: 'kill-batches',
  stream,
  events: texts(stream, from, batchSize).map((text, i) => ({ n: from + i, type: 'message', text })),
});

/** Posts batches until the run is over, each again until it is acknowledged; resolves to the last acknowledged number. */
async function postStream(url: string, token: string, stream: string, from: number, run: { over: boolean }): Promise<number> {
  let next = from;
  while (!run.over) {
    await untilAcknowledged(() => postHook<IngestAnswer>(url, token, '/hooks/events', batch(stream, next)));
    next += batchSize;
  }
  return next - 1;
}

/** Posts pairs of Claude Code hooks, which only their natural keys tell apart; resolves to the number of pairs. */
async function postToolHooks(url: string, token: string, sessionId: string, run: { over: boolean }): Promise<number> {
  let pairs = 0;
  for (; !run.over; pairs++) {
    const call = { session_id: sessionId, cwd: '/home/dev/project', tool_name: 'Bash', tool_use_id: `toolu_${pairs}` };
    const input = { tool_input: { command: `echo ${pairs}` } };
    const hooks = [
      { hook_event_name: 'PreToolUse', ...call, ...input },
      { hook_event_name: 'PostToolUse', ...call, ...input, tool_response: { stdout: `${pairs}` }, duration_ms: 5 },
    ];
    for (const hook of hooks) await untilAcknowledged(() => postHook(url, token, '/hooks/claude-code', hook));
  }
  return pairs;
}

async function untilAcknowledged<T>(post: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await post();
    } catch (error) {
      // Fetch's own error: killed before the answer, and whether it was stored is what a retry has to be indifferent to.
      if (!(error instanceof TypeError)) throw error;
      await setTimeout(20);
    }
  }
}

/** A spectator that reconnects from the last seq it saw, and keeps all that it saw. */
function followTail(account: Account, sessionId: string, run: { over: boolean }) {
  const seen: SessionEvent[] = [];
  let sockets = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let done: (events: SessionEvent[]) => void = () => undefined;
  const connect = () => {
    if (run.over && seen.length >= wanted) return;
    const socket = account.socket(`/api/sessions/${sessionId}/live?after=${seen.at(-1)?.seq ?? 0}`);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'gap') throw new Error(`The tail was told of a gap: ${data}`);
      if (frame.type === 'events') seen.push(...frame.events);
      if (seen.length >= wanted) done(seen);
    };
    socket.onopen = () => sockets++;
    socket.onclose = () => void setTimeout(20).then(connect);
  };
  connect();
  return {
    reconnects: () => sockets - 1,
    upTo: (count: number) => {
      wanted = count;
      if (seen.length >= count) return Promise.resolve(seen);
      return new Promise<SessionEvent[]>((resolve) => {
        done = resolve;
      });
    },
  };
}
