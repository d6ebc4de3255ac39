import { spawn } from 'node:child_process';
import { signalGroup } from './signal-group.ts';

const maxSaidLength = 4000;
/** Git takes away what it has half made; whoever it started need not hurry as much. */
const graceMs = 5000;

/** What git did; `said` is why it did not. */
export type GitDone = { ok: true } | { ok: false; said: string };

interface GitCall {
  /** Where git runs. */
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Ends it, with all that it has started. Without one it belongs to this terminal, and Ctrl-C ends it. */
  signal?: AbortSignal | undefined;
  /** Called whenever it says something. */
  heard?: () => void;
}

/** Runs git where that may take minutes: what else this machine runs has to go on reporting. */
export function runGit({ cwd, env, signal, heard }: GitCall, args: readonly string[]): Promise<GitDone> {
  const stopped = { ok: false, said: 'it was stopped' } as const;
  if (signal?.aborted) return Promise.resolve(stopped);
  // A monitor that the repository's settings name would be a program of somebody else's.
  const child = spawn('git', ['-c', 'core.fsmonitor=false', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: signal !== undefined && process.platform !== 'win32',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-maxSaidLength);
    heard?.();
  });
  let grace: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup(child, 'SIGTERM');
    grace = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      // What it started may keep its output open for longer than it lives.
      child.stderr.destroy();
    }, graceMs);
  };
  signal?.addEventListener('abort', end, { once: true });
  const done = new Promise<GitDone>((resolve) => {
    child.once('error', (error) => resolve({ ok: false, said: error.message }));
    child.once('close', (code) => resolve(code === 0 ? { ok: true } : { ok: false, said: said.trim() }));
  });
  return done
    .then((how) => (how.ok || !signal?.aborted ? how : stopped))
    .finally(() => {
      clearTimeout(grace);
      signal?.removeEventListener('abort', end);
    });
}
