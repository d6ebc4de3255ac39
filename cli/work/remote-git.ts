import { spawn } from 'node:child_process';

/** A remote that says nothing for this long is away. */
const patienceMs = 30 * 60_000;
const maxSaidLength = 500;

/** What git did with a remote; `said` is why it did not. */
export type RemoteDone = { ok: true } | { ok: false; said: string };

interface RemoteCall {
  /** Where git runs. */
  cwd: string;
  /** Ends it. */
  signal: AbortSignal;
  /** Nothing but https and ssh: no command, and no file of this machine, in the place of a repository. */
  isGuarded: boolean;
}

/** Runs git where it talks to a remote, which may take minutes: what else this machine runs has to go on reporting. It asks nobody for a password. */
export function remoteGit({ cwd, signal, isGuarded }: RemoteCall, args: readonly string[]): Promise<RemoteDone> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', ...(isGuarded && { GIT_ALLOW_PROTOCOL: 'https:ssh' }) };
  // A monitor that the repository's settings name would be a program of somebody else's.
  const ending = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const child = spawn('git', ['-c', 'core.fsmonitor=false', ...args], {
    ...{ cwd, env, signal: ending },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-maxSaidLength);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => child.pid === undefined && resolve({ ok: false, said: error.message }));
    // What it started may keep its output open for longer than it lives.
    child.once('exit', () => ending.aborted && resolve({ ok: false, said: 'it was stopped' }));
    child.once('close', (code) => resolve(code === 0 ? { ok: true } : { ok: false, said: said.trim() }));
  });
}
