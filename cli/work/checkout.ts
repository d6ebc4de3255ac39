import type { SessionRequest } from '../../wire/work.ts';
import { type BranchPlace, makePlace, slugOf } from '../branch/place.ts';
import type { GitDone } from '../branch/run-git.ts';
import { Failure } from '../failure.ts';
import { git, gitLine } from '../snapshot/git.ts';
import { plain } from '../terminal.ts';
import { cloneOf } from './clone.ts';
import { remoteGit } from './remote-git.ts';

/** Where a machine has repositories. */
export interface Sources {
  /** Its own checkout, for what names no other repository. */
  folder: string;
  /** Where it keeps clones of what requests name; undefined where it clones nothing. */
  cloneInto?: string | undefined;
}

/** The repository around a folder, as its remote names it; undefined where there is none. */
export const remoteOf = (folder: string): string | undefined => gitLine(folder, 'config', '--get', 'remote.origin.url');

/**
 * A folder of its own for a request: a worktree of a repository, at the ref that the request names, or at what is checked out there (in a
 * clone: at what the remote has checked out). Rejects with a Failure where the repository does not know the ref, or `signal` ends it.
 */
export async function checkOut(
  { folder, cloneInto }: Sources,
  { repository, ref, title, sessionId, claims }: SessionRequest,
  signal: AbortSignal,
): Promise<BranchPlace> {
  if (ref !== null && !isRef.test(ref)) throw new Failure(`"${plain(ref)}" is no branch, tag or commit.`);
  const isCloned = cloneInto !== undefined && repository !== null;
  const from = isCloned ? await cloneOf(cloneInto, repository, signal) : folder;
  const wanted = isCloned ? (ref ?? 'HEAD') : ref;
  const isRepository = gitLine(from, 'rev-parse', '--show-toplevel') !== undefined;
  const commit = wanted === null || !isRepository ? null : await commitOf({ from, ref: wanted, sessionId, isCloned, signal });
  signal.throwIfAborted();
  // Where another machine went away over it, or this one did, what that left is looked at by somebody.
  const again = claims > 1 ? `-${claims}` : '';
  return makePlace(from, undefined, `${slugOf(title || null, sessionId)}${again}`, commit, signal);
}

/** One name: git would read others as an option, or as an order to write refs here (`main:main`). */
const isRef = /^[^\s:~^?*[\\+-][^\s:~^?*[\\]*$/;
/** A server need not give out a commit by its name; a clone has it nevertheless. */
const isCommitName = /^[0-9a-f]{7,64}$/;

interface Wanted {
  from: string;
  ref: string;
  sessionId: string;
  isCloned: boolean;
  signal: AbortSignal;
}

/** As the remote has it now: what is here may be weeks old. Without a remote, as it is here. */
async function commitOf({ from, ref, sessionId, isCloned, signal }: Wanted): Promise<string> {
  const fetch = (...refs: string[]): Promise<GitDone> =>
    remoteGit({ cwd: from, signal, isGuarded: isCloned }, 'fetch', [
      ...['--no-tags', '--no-recurse-submodules', '--end-of-options', 'origin', ...refs],
    ]);
  const known = (name: string) => gitLine(from, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  // Not FETCH_HEAD, which whoever fetches next here writes over.
  const ours = `refs/flightdeck/${sessionId}`;
  const fetched: GitDone = remoteOf(from) === undefined ? { ok: false, said: '' } : await fetch(`+${ref}:${ours}`);
  if (fetched.ok) {
    const commit = known(ours);
    git(from, 'update-ref', '-d', ours);
    if (commit !== undefined) return commit;
    throw new Failure(`"${plain(ref)}" is no commit, so there is nothing to check out.`);
  }
  if (isCloned && !isCommitName.test(ref)) throw new Failure(`"${plain(ref)}" could not be fetched: ${plain(fetched.said)}`);
  if (isCloned && known(ref) === undefined) await fetch();
  const commit = known(ref);
  if (commit === undefined) throw new Failure(`The repository here has no "${plain(ref)}", and neither has its remote.`);
  return commit;
}
