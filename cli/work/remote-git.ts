import { type GitDone, runGit } from '../branch/run-git.ts';
import { patience } from './patience.ts';

/** A remote that says nothing for this long is away; as long as it goes on, it may take all day. */
const usualPatienceMs = 30 * 60_000;
const maxSaidLength = 500;

interface RemoteCall {
  /** Where git runs. */
  cwd: string;
  /** Ends it. */
  signal: AbortSignal;
  /** Nothing but https and ssh: no command, and no file of this machine, in the place of a repository. */
  isGuarded: boolean;
  patienceMs?: number;
}

/** Runs git where it talks to a remote: `verb` is one that tells of its progress. It asks nobody for a password. */
export async function remoteGit(
  { cwd, signal, isGuarded, patienceMs = usualPatienceMs }: RemoteCall,
  verb: 'clone' | 'fetch',
  args: readonly string[],
): Promise<GitDone> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', ...(isGuarded && { GIT_ALLOW_PROTOCOL: 'https:ssh' }) };
  const silence = patience(patienceMs);
  const ending = AbortSignal.any([signal, silence.signal]);
  // Without a terminal it is silent unless it is told; `--quiet` would take half of it back.
  const done = await runGit({ cwd, env, signal: ending, heard: silence.renew }, [verb, '--progress', ...args]);
  silence.end();
  if (done.ok) return done;
  if (silence.signal.aborted && !signal.aborted)
    return { ok: false, said: `its remote said nothing for ${Math.round(patienceMs / 60_000)} minutes` };
  return { ok: false, said: wordsIn(done.said) };
}

/** `remote: Counting objects: 5, done.`, and `Receiving objects:  50% (1/2)`, each of which a carriage return ends. */
const isProgress = /\d+% \(\d+\/\d+\)|, done\.$|^remote: Total \d|^Cloning into /;

/** What git said but its progress. */
export function wordsIn(said: string): string {
  const lines = said.split(/[\r\n]+/).map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== '' && !isProgress.test(line))
    .join('\n')
    .slice(-maxSaidLength);
}
