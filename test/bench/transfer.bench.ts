import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { Bench, Figure, Stage } from '../../scripts/local/bench.ts';
import { buildCommandLine } from '../../scripts/local/command-line.ts';
import { type ExportDocument, ExportedEvent, ExportedSummary, exportHead, exportTail } from '../../wire/export.ts';
import type { CreatedToken } from '../../wire/identity.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { canonicalText } from '../../worker/domain/archive/canonical.ts';
import { Machine } from '../e2e/cli-machine.ts';

const count = Number(process.env.SESSIONS ?? 700);
/** One archive of as many sessions as one may have. */
const archived = { sessions: 70, megabytes: Number(process.env.MEGABYTES ?? 15) };

/** A whole organization leaves by the real command, and arrives in another; then an archive, by itself. */
export const bench: Bench = {
  title: `Export and import: ${count} sessions, and an archive with ${archived.megabytes} MB of logs`,
  run: async (stage) => {
    await buildCommandLine();
    const machines: Machine[] = [];
    try {
      const place = async (name: string) => {
        const account = await signUp(stage.server.url, { ...person, email: `${name}@example.com`, organization: name });
        const machine = new Machine();
        machines.push(machine);
        await machine.must(['login', stage.server.url, '--token-stdin'], await apiToken(account));
        return machine;
      };
      return [...(await whole(stage, await place('gives'), await place('takes'))), ...(await largest(stage, place))];
    } finally {
      for (const { home } of machines) rmSync(home, { recursive: true, force: true });
    }
  },
};

async function whole(stage: Stage, from: Machine, to: Machine): Promise<Figure[]> {
  const original = manyLike(await modelOf(stage), count, () => 'list the files');
  const brought = await importing(from, original);
  stage.say('the organization is there');
  const exported = await timed(() => from.must(['export', '--all', '-o', 'whole.json']));
  const file = from.read('whole.json');
  const imported = await importing(to, file);
  await to.must(['export', '--all', '-o', 'again.json']);
  const isSame = withoutIds(file) === withoutIds(original) && withoutIds(to.read('again.json')) === withoutIds(file);
  return [
    { what: `${count} sessions imported, in parts`, result: seconds(brought) },
    { what: 'exported into one file', result: seconds(exported) },
    { what: 'imported into another organization', result: seconds(imported) },
    { what: 'the same bytes apart from ids', result: isSame ? 'yes' : 'no', aim: 'yes', met: isSame },
  ];
}

async function largest(stage: Stage, place: (name: string) => Promise<Machine>): Promise<Figure[]> {
  const [from, to] = [await place('gives-archive'), await place('takes-archive')];
  const length = (archived.megabytes * 1024 * 1024) / archived.sessions;
  const text = (n: number) => `${n.toString(36).padStart(8, '-')} and so on `.repeat(length / 20);
  const one = manyLike(await modelOf(stage), archived.sessions, text);
  await importing(from, one);
  await from.must(['export', '--all', '--format', 'archive', '-o', 'all.tar.gz']);
  const name = readdirSync(from.home).find((file) => file.startsWith('all')) ?? '';
  await stage.restart(() => undefined);
  const before = stage.memory().peakMb;
  const file = join(to.home, 'all.tar.gz');
  writeFileSync(file, readFileSync(join(from.home, name)));
  const tookMs = await timed(() => to.must(['import', file]));
  return [
    { what: `an archive, ${(Buffer.byteLength(one) / 1024 / 1024).toFixed(0)} MB of logs, imported`, result: seconds(tookMs) },
    { what: 'memory of workerd before, and at its highest', result: `${before} MB, ${stage.memory().peakMb} MB` },
  ];
}

/** One session as it is exported. */
async function modelOf({ server: { url }, account, token }: Stage): Promise<ExportDocument> {
  const events = [
    { type: 'prompt', text: 'Carry all of it away' },
    { type: 'tool.started', tool: 'Bash', toolUseId: 't1', input: { command: 'ls' } },
    { type: 'tool.finished', tool: 'Bash', toolUseId: 't1', output: 'a.txt' },
    { type: 'session.ended' },
  ];
  const body = {
    agent: 'tester',
    sessionId: 'model',
    stream: 'one',
    events: events.map((event, at) => ({ n: at + 1, ...event })),
  };
  const { sessionId } = await postHook<IngestAnswer>(url, token, '/hooks/events', body);
  return account.call<ExportDocument>('GET', `/api/sessions/${sessionId}/export`);
}

async function importing(machine: Machine, text: string): Promise<number> {
  writeFileSync(join(machine.home, 'import.json'), text);
  return timed(() => machine.must(['import', join(machine.home, 'import.json')]));
}

/** As many sessions as one, written as they are exported; the last has the first as its parent. */
function manyLike({ sessions }: ExportDocument, count: number, textOf: (n: number) => string): string {
  const [model] = sessions;
  if (!model) throw new Error('there is no session');
  const idOf = (n: number) =>
    `ses_${n
      .toString()
      .padStart(20, '0')
      .replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')}`;
  const written = Array.from({ length: count }, (_, n) => {
    const startedAt = new Date(Date.parse(model.session.startedAt) - (count - n) * 1000).toISOString();
    const parentId = n > 0 && n === count - 1 ? idOf(0) : null;
    const session = { ...model.session, id: idOf(n), externalId: `session ${n}`, startedAt, parentId };
    const events = model.events
      .map((event) => ({ ...event, ...(event.text && { text: textOf(n) }) }))
      .map((event) => `\n${canonicalText(ExportedEvent, event)}`);
    return `\n{"session":${canonicalText(ExportedSummary, session)},"events":[${events.join(',')}\n]}`;
  });
  return exportHead + written.join(',') + exportTail;
}

/** Ids by the order in which they are met, so that who is whose parent still counts. */
function withoutIds(text: string): string {
  const ids = new Map<string, string>();
  const short = (id: string) => ids.get(id) ?? ids.set(id, `#${ids.size}`).get(id) ?? '';
  return text.replaceAll(/"(ses|prj|usr)_\w+"/g, short).replaceAll(/evt_[a-z2-7]{20}_/g, 'evt_');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

const person = { password: 'a long enough password', name: 'Bench' };

const apiToken = async (account: Account): Promise<string> =>
  (await account.call<CreatedToken>('POST', '/api/api-tokens', { name: 'bench' })).token;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
