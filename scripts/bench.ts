// `npm run bench`: measures the Worker on bare workerd, as bundled for a deployment, and prints the results beside our aims.
// `npm run bench -- hooks spectators` runs some of test/bench/*.bench.ts only; the load comes from other processes, on loopback.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signUp } from './local/account.ts';
import type { Bench, Figure, Stage } from './local/bench.ts';
import { buildClient } from './local/client.ts';
import { root } from './local/root.ts';
import { startServer } from './local/server.ts';

const folder = join(root, 'test/bench');
const known = readdirSync(folder).flatMap((file) => (file.endsWith('.bench.ts') ? [file.slice(0, -'.bench.ts'.length)] : []));
const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  process.exit(1);
}

const person = { email: 'bench@example.com', password: 'a long enough password', name: 'Bench', organization: 'Bench works' };
const say = (line: string) => process.stderr.write(`${line}\n`);
const startedMs = Date.now();
await buildClient(say);
const results: { title: string; figures: Figure[] }[] = [];
for (const name of positionals.length > 0 ? positionals : known) {
  say(`${name} …`);
  results.push(await measure(name));
}
print();

/** Each bench gets a server and a state of its own, so that none measures what another left behind. */
async function measure(name: string): Promise<{ title: string; figures: Figure[] }> {
  // The files in the folder say of themselves that they export a bench.
  const { bench } = (await import(join(folder, `${name}.bench.ts`))) as { bench: Bench };
  const stateDir = mkdtempSync(join(bench.inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'flightdeck-bench-'));
  let pid = 0;
  const start = (port: number) =>
    startServer({ port, stateDir, assets: false, direct: true, onTrouble: say, onRuntime: (started) => (pid = started) });
  let server = await start(0);
  try {
    const account = await signUp(server.url, person);
    const stage: Stage = {
      server,
      account,
      stateDir,
      token: await account.ingestToken('bench'),
      memory: () => ({ nowMb: residentMb(pid, 'VmRSS'), peakMb: residentMb(pid, 'VmHWM') }),
      cpuMs: () => processorMs(pid),
      restart: async (between) => {
        await server.stop();
        between(stateDir);
        server = await start(Number(new URL(stage.server.url).port));
        stage.server = server;
      },
      say,
    };
    const figures = await bench.run(stage).catch((error: Error): Figure[] => {
      say(String(error.stack));
      process.exitCode = 1;
      return [{ what: 'stopped', result: error.message }];
    });
    return { title: bench.title, figures };
  } finally {
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function residentMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kb] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

/** User and system time, which the kernel counts in hundredths of a second. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function print(): void {
  const rows = results.flatMap(({ figures }) => figures);
  const width = (of: (figure: Figure) => string) => Math.max(...rows.map((row) => of(row).length));
  const [whatWidth, resultWidth] = [width(({ what }) => what), width(({ result }) => result)];
  for (const { title, figures } of results) {
    console.log(`\n${title}`);
    for (const { what, result, aim, met } of figures) {
      const aimed = aim ? `${met ? '✓' : '✗'} aim ${aim}` : '';
      console.log(`  ${what.padEnd(whatWidth)}  ${result.padStart(resultWidth)}  ${aimed}`.trimEnd());
    }
  }
  const cores = cpus();
  console.log(
    `\n${cores.length} cores (${cores[0]?.model ?? 'unknown'}), shared by workerd and the load; ${((Date.now() - startedMs) / 1000).toFixed(0)} s`,
  );
}
