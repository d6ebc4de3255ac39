import type { SessionRequest } from '../../wire/work.ts';
import { type BranchPlace, makePlace, slugOf } from '../branch/place.ts';
import { Failure } from '../failure.ts';
import { git, gitLine } from '../snapshot/git.ts';
import { plain } from '../terminal.ts';

/** The repository around a folder, as its remote names it; undefined where there is none. */
export const remoteOf = (folder: string): string | undefined => gitLine(folder, 'config', '--get', 'remote.origin.url');

/**
 * A folder of its own for a request: a worktree of the repository around `from`, at the ref that the request names, or at what is checked out
 * there. Throws a Failure where the repository does not know the ref.
 */
export function checkOut(from: string, { ref, title, sessionId, claims }: SessionRequest): BranchPlace {
  const isRepository = gitLine(from, 'rev-parse', '--show-toplevel') !== undefined;
  const commit = ref === null || !isRepository ? null : commitOf(from, ref);
  // Where another machine went away over it, or this one did, what that left is looked at by somebody.
  const again = claims > 1 ? `-${claims}` : '';
  return makePlace(from, undefined, `${slugOf(title || null, sessionId)}${again}`, commit);
}

/** One name: git would read others as an option, or as an order to write refs here (`main:main`). */
const isRef = /^[^\s:~^?*[\\+-][^\s:~^?*[\\]*$/;

/** As the remote has it now: what is checked out here may be weeks old. Without a remote, as it is here. */
function commitOf(from: string, ref: string): string {
  if (!isRef.test(ref)) throw new Failure(`"${plain(ref)}" is no branch, tag or commit.`);
  const hasRemote = remoteOf(from) !== undefined;
  const isFetched = hasRemote && git(from, 'fetch', '--quiet', '--no-tags', 'origin', '--end-of-options', ref) !== undefined;
  const name = isFetched ? 'FETCH_HEAD' : ref;
  const commit = gitLine(from, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  if (commit === undefined) throw new Failure(`The repository here has no "${plain(ref)}", and neither has its remote.`);
  return commit;
}
