import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, postHook } from '../../scripts/local/account.ts';
import type { Bench, Figure } from '../../scripts/local/bench.ts';
import { buildCommandLine } from '../../scripts/local/command-line.ts';
import type { CreatedToken } from '../../wire/identity.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { picture } from '../cli/snapshot/picture.ts';
import { Machine } from '../e2e/cli-machine.ts';
import { freePort } from '../e2e/server-process.ts';

const fileCount = Number(process.env.FILES ?? 20_000);
const megabytes = Number(process.env.MEGABYTES ?? 500);
const changedCount = 10;
const maxMemoryMb = 200;
const maxSecondShare = 0.02;

/** A workspace of many files, snapshot and restored elsewhere by the real command. */
export const bench: Bench = {
  title: `Snapshots: ${fileCount.toLocaleString('en')} files, ${megabytes} MB`,
  run: async ({ server, token, account, say }) => {
    await buildCommandLine();
    const counter = await Counter.open(Number(new URL(server.url).port));
    const folder = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'));
    const machine = new Machine();
    try {
      await machine.must(['login', counter.url, '--token-stdin'], await apiToken(account));
      const { sessionId } = await postHook<IngestAnswer>(server.url, token, '/hooks/events', session);
      const work = join(folder, 'work');
      fill(work);
      say('the workspace is there');
      const run = (args: string[]) => measured(machine, counter, args);
      const first = await run(['snapshot', work, '--session', sessionId]);
      for (let index = 0; index < changedCount; index++) writeFileSync(pathOf(work, index * 37), bytesFor(index));
      const second = await run(['snapshot', work, '--session', sessionId]);
      const third = await run(['snapshot', work, '--session', sessionId]);
      const id = /snp_\w+/.exec(second.out)?.[0] ?? 'none';
      const there = join(folder, 'there');
      const restored = await run(['restore', id, there, '--yes']);
      const isSame = JSON.stringify(picture(there)) === JSON.stringify(picture(work));
      const share = second.sentBytes / first.sentBytes;
      const peakMb = Math.max(first.peakMb, second.peakMb, restored.peakMb);
      return [
        { what: 'the first snapshot', result: seconds(first.tookMs) },
        { what: 'bytes sent for it', result: mb(first.sentBytes) },
        { what: `the second, ${changedCount} files changed`, result: seconds(second.tookMs) },
        { what: 'bytes sent for it', result: mb(second.sentBytes) },
        { what: 'of the first’s bytes', result: `${(share * 100).toFixed(2)} %`, aim: '< 2 %', met: share < maxSecondShare },
        { what: 'the third, nothing changed', result: seconds(third.tookMs) },
        { what: 'restored into an empty folder', result: seconds(restored.tookMs) },
        { what: 'identical by hash', result: isSame ? 'yes' : 'no', aim: 'yes', met: isSame },
        { what: 'memory of the command: first snapshot', result: `${first.peakMb.toFixed(0)} MB` },
        { what: 'memory of the command: restore', result: `${restored.peakMb.toFixed(0)} MB` },
        {
          what: 'memory at its highest',
          result: `${peakMb.toFixed(0)} MB`,
          aim: `< ${maxMemoryMb} MB`,
          met: peakMb < maxMemoryMb,
        },
      ] satisfies Figure[];
    } finally {
      counter.close();
      rmSync(folder, { recursive: true, force: true });
      rmSync(machine.home, { recursive: true, force: true });
    }
  },
};

const session = { agent: 'bench', sessionId: 'snapshots', events: [{ type: 'prompt', text: 'begin' }] };

const apiToken = async (account: Account): Promise<string> =>
  (await account.call<CreatedToken>('POST', '/api/api-tokens', { name: 'bench' })).token;

const pathOf = (folder: string, index: number) =>
  join(folder, `package-${index % 100}/src/part-${index % 17}/module-${index}.ts`);

/** A third of the files is text that shrinks, the rest does not: images, archives and what is minified. */
function fill(folder: string): void {
  for (let index = 0; index < fileCount; index++) {
    if (index < 1700) mkdirSync(join(pathOf(folder, index), '..'), { recursive: true });
    writeFileSync(pathOf(folder, index), bytesFor(index));
  }
}

/** A few files are large, as in any repository: a hundredth of them has a fifth of the bytes. */
function bytesFor(index: number): Buffer {
  const mean = (megabytes * 1e6) / fileCount;
  const size = Math.round(index % 100 === 0 ? mean * 20 : mean * 0.8);
  if (index % 3 > 0) return randomBytes(size);
  const line = `export const value${index} = compute(${index}, 'of the module');\n`;
  return Buffer.from(`${randomBytes(8).toString('hex')}\n${line.repeat(Math.ceil(size / line.length))}`).subarray(0, size);
}

interface Measured {
  out: string;
  tookMs: number;
  sentBytes: number;
  peakMb: number;
}

/**
 * Has the process say at its end what it took at its highest, in KB. Not `process.resourceUsage().maxRSS`: on Linux that begins with what the process
 * took that started it, which is this bench, large by then.
 */
const tellPeak = `process.on('exit',()=>process.stderr.write('peak '+/VmHWM:\\s*(\\d+)/.exec(process.getBuiltinModule('fs').readFileSync('/proc/self/status','utf8'))[1]+'\\n'))`;

async function measured(machine: Machine, counter: Counter, args: string[]): Promise<Measured> {
  machine.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tellPeak)}`;
  const before = counter.sentBytes;
  const { code, out, err, tookMs } = await machine.run(args);
  if (code !== 0) throw new Error(`flightdeck ${args.join(' ')} ended with ${code}: ${out}${err}`);
  return { out, tookMs, sentBytes: counter.sentBytes - before, peakMb: Number(/peak (\d+)/.exec(err)?.[1]) / 1024 };
}

/** A way to the server that counts what goes up. */
class Counter {
  readonly url: string;
  sentBytes = 0;
  private readonly server: Server;

  private constructor(port: number, behind: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.server = createServer((socket) => {
      const on = connect(behind, '127.0.0.1');
      socket.on('data', (bytes) => (this.sentBytes += bytes.length));
      socket.pipe(on).pipe(socket);
      socket.on('error', () => on.destroy());
      on.on('error', () => socket.destroy());
    }).listen(port, '127.0.0.1');
  }

  static open = async (behind: number): Promise<Counter> => new Counter(await freePort(), behind);

  close(): void {
    this.server.close();
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
