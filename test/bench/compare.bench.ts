import { performance } from 'node:perf_hooks';
import { postHook } from '../../scripts/local/account.ts';
import type { Bench, Figure, Stage } from '../../scripts/local/bench.ts';
import type { Comparison } from '../../wire/comparison.ts';
import { limits } from '../../wire/limits.ts';
import { ms, quantile } from './quantile.ts';

const size = 200;
const files = 400;
const tries = 5;
/** So that a log holds as many bytes as a comparison reads when it holds as many events. */
const outputBytes = Math.floor((2 * limits.maxComparedBytes) / limits.maxComparedEvents) - 600;
const aimMs = 30_000;

/** Two sessions as long and as large as a comparison reads, edited in the same files, one with every third call another. */
export const bench: Bench = {
  title: `Comparing two sessions of ${limits.maxComparedEvents.toLocaleString('en')} events, ${limits.maxComparedBytes >> 20} MB each`,
  run: async (stage) => {
    const all = { burst: limits.maxBurst, perMinute: limits.maxBurst };
    await stage.account.call('PATCH', '/api/limits', { perSession: all, perToken: all, perUser: all, perOrganization: all });
    const a = await session(stage, 'left', 1);
    const b = await session(stage, 'right', 3);
    // A fresh runtime: its highest memory is then what comparing takes, not what the hooks took.
    await stage.restart(() => undefined);
    const before = stage.memory();
    const whole = await measured(stage, `/api/compare?a=${a}&b=${b}`);
    const { path, files: compared } = await stage.account.call<Comparison>('GET', `/api/compare?a=${a}&b=${b}`);
    const file = await measured(stage, `/api/compare/file?a=${a}&b=${b}&path=src/part-1.ts`);
    return [
      { what: 'the comparison', ...whole },
      { what: 'one file of it', ...file },
      { what: 'aligned steps, compared files', result: `${path.rows.length}, ${compared.items.length}` },
      { what: 'memory of workerd before', result: `${before.nowMb} MB` },
      { what: 'memory of workerd at its highest', result: `${stage.memory().peakMb} MB` },
    ];
  },
};

/** A log of calls in pairs, an edit and its answer; each `other`th call is of another tool than on the other side. */
async function session({ server: { url }, token, say }: Stage, name: string, other: number): Promise<string> {
  let id = '';
  for (let from = 0; from < limits.maxComparedEvents; from += size) {
    const events = Array.from({ length: size }, (_, i) => event(name, from + i, other));
    const body = { agent: 'bench', sessionId: name, stream: 'one', events };
    ({ sessionId: id } = await postHook<{ sessionId: string }>(url, token, '/hooks/events', body));
  }
  say(`  ${name} is there`);
  return id;
}

function event(name: string, n: number, other: number): object {
  const call = n >> 1;
  const tool = call % 3 === 0 && other === 3 ? 'Grep' : 'Edit';
  const about = { n: n + 1, tool, toolUseId: `call_${call}` };
  if (n % 2 === 1)
    return { ...about, type: 'tool.finished', ok: true, output: { stdout: `${call} `.repeat(outputBytes / `${call} `.length) } };
  const path = `src/part-${call % files}.ts`;
  const input =
    tool === 'Grep'
      ? { pattern: name, path }
      : { file_path: path, old_string: `${call - files}`, new_string: `${call} by ${name}` };
  return { ...about, type: 'tool.started', input };
}

async function measured({ account, cpuMs }: Stage, path: string): Promise<Omit<Figure, 'what'>> {
  const times: number[] = [];
  const startCpuMs = cpuMs();
  for (let n = 0; n < tries; n++) {
    const startMs = performance.now();
    await account.call('GET', path);
    times.push(performance.now() - startMs);
  }
  const eachMs = (cpuMs() - startCpuMs) / tries;
  const result = `median ${ms(quantile(times, 0.5))}, processor ${ms(eachMs)}`;
  return { result, aim: `< ${ms(aimMs)} of processor`, met: eachMs < aimMs };
}
