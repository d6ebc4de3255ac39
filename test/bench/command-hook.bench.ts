import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bench, Figure } from '../../scripts/local/bench.ts';
import { buildCommandLine, commandLine } from '../../scripts/local/command-line.ts';
import { Gate, type Weather } from '../e2e/gate.ts';
import { latencyOf, quantile } from './quantile.ts';

const runs = 100;
const aimedColdMs = 120;
const aimedAddedMs = 50;
const bad: Exclude<Weather, 'fine'>[] = ['dead', 'hanging', 'failing', 'slow'];
/** Less than what a slow gate takes. */
const shortWaitMs = 300;

/** The command hook as an agent calls it: a process each time. Most of it is Node itself, which is measured beside it. */
export const bench: Bench = {
  title: 'The command hook, one process after the other',
  run: async ({ server, token, account }) => {
    await buildCommandLine();
    const home = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'));
    const hook = hookOf(home, server.url, token, account.projectId);
    try {
      const asking = (await time(() => hook('PreToolUse', 'up'))).measured;
      const telling = (await time(() => hook('MessageDisplay', 'up'))).measured;
      const outages: { weather: Weather; down: number[]; bare: number[] }[] = [];
      for (const weather of bad) {
        const gate = await Gate.open(server.url);
        await gate.become(weather);
        connect(home, gate.url, token, `${account.projectId}.${weather}`, shortWaitMs);
        // The first one finds out.
        await hook('PreToolUse', weather);
        const { measured: down, bare } = await time(() => hook('PreToolUse', weather));
        outages.push({ weather, down, bare });
        await gate.close();
      }
      const median = quantile(asking, 0.5);
      return [
        { what: 'bare `node -e 0`', result: latencyOf(outages.flatMap(({ bare }) => bare)) },
        {
          what: 'a question, answered by the server',
          result: latencyOf(asking),
          aim: `p50 ≤ ${aimedColdMs} ms`,
          met: median <= aimedColdMs,
        },
        { what: 'what is only told', result: latencyOf(telling) },
        ...outages.flatMap(({ weather, down, bare }): Figure[] => {
          const added = quantile(down, 0.99) - quantile(bare, 0.99);
          return [
            { what: `a question, the server known to be ${weather}`, result: latencyOf(down) },
            {
              what: 'which is more than bare node by, at p99',
              result: `${added.toFixed(0)} ms`,
              aim: `≤ ${aimedAddedMs} ms`,
              met: added <= aimedAddedMs,
            },
          ];
        }),
      ] satisfies Figure[];
    } finally {
      await endFlushers(home);
      rmSync(home, { recursive: true, force: true });
    }
  },
};

function hookOf(home: string, url: string, token: string, projectId: string) {
  connect(home, url, token, projectId, 2000);
  let count = 0;
  return (name: string, session: string) => {
    const call = { tool_name: 'Bash', tool_use_id: `toolu_${++count}`, tool_input: { command: 'echo hi' }, delta: 'hi' };
    const input = JSON.stringify({ session_id: `bench-${session}`, hook_event_name: name, ...call });
    return node([commandLine, 'hook', 'claude-code'], home, input);
  };
}

function connect(home: string, url: string, token: string, projectId: string, waitMs: number): void {
  const connection = { url, token, tokenId: 'none', projectId, project: 'bench', flavour: 'command', fail: 'open', waitMs };
  mkdirSync(join(home, '.config/flightdeck'), { recursive: true });
  writeFileSync(join(home, '.config/flightdeck/config.json'), JSON.stringify({ connections: { 'claude-code': connection } }));
}

/** Runs Node and waits for it, so that whatever answers from this process can. */
function node(args: string[], home: string, input = ''): Promise<void> {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, HOME: home }, stdio: ['pipe', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 && errors === '') resolve();
      else reject(new Error(`The hook ended with ${code}: ${errors}`));
    });
  });
}

/** Bare starts of Node lie between the measured ones, so that whatever else the machine does slows both. */
async function time(run: () => Promise<void>): Promise<{ measured: number[]; bare: number[] }> {
  const took = async (what: () => Promise<void>) => {
    const startedMs = performance.now();
    await what();
    return performance.now() - startedMs;
  };
  await run();
  const times = { measured: [] as number[], bare: [] as number[] };
  for (let count = 0; count < runs; count++) {
    times.measured.push(await took(run));
    times.bare.push(await took(() => node(['-e', '0'], '/')));
  }
  return times;
}

/** They would go on for a while to look for the server that is down. */
async function endFlushers(home: string): Promise<void> {
  const spool = join(home, '.local/state/flightdeck/spool');
  for (const folder of readdirSync(spool)) {
    try {
      process.kill(Number(readFileSync(join(spool, folder, 'flusher.pid'), 'utf8')));
    } catch {
      // It has ended, or never began.
    }
  }
  await wait(100);
}
