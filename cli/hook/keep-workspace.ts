import type { SnapshotReason } from '../../wire/snapshot.ts';
import { runInBackground } from './background.ts';
import { dueSnapshot, lastKeptMs, type Moment, noteKept, snapshotRules } from './snapshot-rules.ts';
import { workspaceOf } from './workspace-of.ts';

/** A call waits this long for the workspace to be kept; then it goes on without, and that is said. */
const callMs = 20_000;

/**
 * Keeps the workspace where the project's rules want it at this hook. Before a call it is waited for, and what went wrong is answered in
 * words; else it happens in a process of its own, which outlives the hook.
 */
export async function keepWorkspace(root: string, cwd: string, moment: Moment): Promise<string | undefined> {
  const rules = snapshotRules(root);
  if (!rules) return undefined;
  const { sessionId, nowMs } = moment;
  const lastMs = lastKeptMs(root, sessionId);
  const reason = dueSnapshot(rules, moment, lastMs);
  if (reason || (lastMs === undefined && rules.everyMinutes !== null)) noteKept(root, sessionId, nowMs);
  if (!reason) return undefined;
  const workspace = workspaceOf(cwd);
  if (reason !== 'rule') {
    if (workspace !== undefined) runInBackground(...snapshotCommand(workspace, sessionId, reason));
    return undefined;
  }
  const problem = workspace === undefined ? tooWide(cwd) : await taken(workspace, sessionId);
  return problem === undefined ? undefined : `The files were not kept before this call: ${problem}`;
}

const tooWide = (cwd: string): string =>
  `${cwd} holds more than a workspace. Have the agent work in a folder of its own, or take it by hand: flightdeck snapshot`;

function snapshotCommand(workspace: string, sessionId: string, reason: SnapshotReason): string[] {
  return ['snapshot', workspace, '--session', sessionId, '--reason', reason];
}

/** What went wrong, in words; undefined where the workspace is kept. */
function taken(workspace: string, sessionId: string): Promise<string | undefined> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const [, script = ''] = process.argv;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...snapshotCommand(workspace, sessionId, 'rule')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    const timer = setTimeout(() => {
      resolve(`it would have taken more than ${callMs / 1000} seconds.`);
      // What is half sent is no snapshot.
      child.kill('SIGKILL');
    }, callMs);
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : (said.trim().split('\n').at(-1) ?? 'it failed.'));
    });
  });
}
