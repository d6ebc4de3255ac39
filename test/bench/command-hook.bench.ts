import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bench, Figure } from '../../scripts/local/bench.ts';
import { buildCommandLine, commandLine } from '../../scripts/local/command-line.ts';
import { latencyOf, quantile } from './quantile.ts';

const runs = 100;
const aimedColdMs = 120;
const aimedAddedMs = 50;

/** The command hook as an agent calls it: a process each time. Most of it is Node itself, which is measured beside it. */
export const bench: Bench = {
  title: 'The command hook, one process after the other',
  run: async ({ server, token, account }) => {
    await buildCommandLine();
    const home = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'));
    const hook = hookOf(home, server.url, token, account.projectId);
    try {
      const asking = time(() => hook('PreToolUse', 'up')).measured;
      const telling = time(() => hook('MessageDisplay', 'up')).measured;
      connect(home, 'http://127.0.0.1:9', token, account.projectId);
      hook('PreToolUse', 'down');
      const { measured: down, bare } = time(() => hook('PreToolUse', 'down'));
      const added = quantile(down, 0.99) - quantile(bare, 0.99);
      const median = quantile(asking, 0.5);
      return [
        { what: 'bare `node -e 0`', result: latencyOf(bare) },
        {
          what: 'a question, answered by the server',
          result: latencyOf(asking),
          aim: `p50 ≤ ${aimedColdMs} ms`,
          met: median <= aimedColdMs,
        },
        { what: 'what is only told', result: latencyOf(telling) },
        { what: 'a question, the server known to be down', result: latencyOf(down) },
        {
          what: 'which is more than bare node by, at p99',
          result: `${added.toFixed(0)} ms`,
          aim: `≤ ${aimedAddedMs} ms`,
          met: added <= aimedAddedMs,
        },
      ] satisfies Figure[];
    } finally {
      await endFlushers(home);
      rmSync(home, { recursive: true, force: true });
    }
  },
};

function hookOf(home: string, url: string, token: string, projectId: string) {
  connect(home, url, token, projectId);
  const env = { PATH: process.env.PATH, HOME: home };
  let count = 0;
  return (name: string, session: string) => {
    const call = { tool_name: 'Bash', tool_use_id: `toolu_${++count}`, tool_input: { command: 'echo hi' }, delta: 'hi' };
    const input = JSON.stringify({ session_id: `bench-${session}`, hook_event_name: name, ...call });
    const { status, stderr } = spawnSync(process.execPath, [commandLine, 'hook', 'claude-code'], { input, env });
    if (status !== 0 || stderr.length > 0) throw new Error(`The hook ended with ${status}: ${stderr}`);
  };
}

function connect(home: string, url: string, token: string, projectId: string): void {
  const connection = { url, token, tokenId: 'none', projectId, project: 'bench', flavour: 'command', fail: 'open', waitMs: 2000 };
  mkdirSync(join(home, '.config/flightdeck'), { recursive: true });
  writeFileSync(join(home, '.config/flightdeck/config.json'), JSON.stringify({ connections: { 'claude-code': connection } }));
}

/** Bare starts of Node lie between the measured ones, so that whatever else the machine does slows both. */
function time(run: () => void): { measured: number[]; bare: number[] } {
  const took = (what: () => unknown) => {
    const startedMs = performance.now();
    what();
    return performance.now() - startedMs;
  };
  run();
  const pairs = Array.from({ length: runs }, () => [took(run), took(() => spawnSync(process.execPath, ['-e', '0']))] as const);
  return { measured: pairs.map(([measured]) => measured), bare: pairs.map(([, bare]) => bare) };
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
