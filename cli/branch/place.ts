import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isMissing } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { git, gitLine } from '../snapshot/git.ts';
import { runGit } from './run-git.ts';

/** Where a branch works: a folder, and the git branch that it has checked out where it is a worktree. */
export interface BranchPlace {
  /** The folder that the agent begins in. */
  folder: string;
  gitBranch?: string;
  /** Takes away what was made, with all that is in it by now; false where something of it stays. For when no agent has begun there. */
  unmake(): boolean;
}

/** Where it works, for whoever reads along. */
export const placeLine = ({ folder, gitBranch }: BranchPlace): string =>
  `${gitBranch === undefined ? 'Folder' : `Worktree of ${gitBranch}`}: ${folder}`;

/** Throws a Failure unless the folder is free to be made; it may be there and empty. */
export function requireFree(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) return;
  } catch (error) {
    if (isMissing(error)) return;
    throw new Failure(
      `${resolve(folder)} is no folder that a branch could work in. Choose another with --folder.`,
      exitCodes.usage,
    );
  }
  throw new Failure(`${resolve(folder)} is not empty. Choose another with --folder.`, exitCodes.usage);
}

/**
 * Makes the place of a branch. A worktree of the repository around `from` at `commit`, where that knows it (at what is checked out, where
 * there is none to begin with); else an empty folder. `slug` names it where nobody said where. Rejects with a Failure where git refuses, or
 * `signal` ends it; then nothing of it is left.
 */
export async function makePlace(
  from: string,
  wanted: string | undefined,
  slug: string,
  commit: string | null | undefined,
  signal?: AbortSignal,
): Promise<BranchPlace> {
  const top = gitLine(from, 'rev-parse', '--show-toplevel');
  const known = top === undefined ? undefined : knownCommit(from, commit);
  const home = top !== undefined && known !== undefined ? top : resolve(from);
  const folder = resolve(wanted ?? join(dirname(home), `${basename(home)}-${slug}`));
  requireFree(folder);
  const wasThere = existsSync(folder);
  if (top === undefined || known === undefined) {
    mkdirSync(folder, { recursive: true });
    return { folder, unmake: () => isCleared(folder, wasThere) };
  }
  const gitBranch = `flightdeck/${slug}`;
  const hasBranch = () => gitLine(top, 'rev-parse', '--verify', '--quiet', `refs/heads/${gitBranch}`) !== undefined;
  const unmake = () => {
    const isGone = isCleared(folder, false);
    // Twice: git keeps one locked while it makes it.
    git(top, 'worktree', 'remove', '--force', '--force', folder);
    git(top, 'branch', '--quiet', '-D', gitBranch);
    if (wasThere && isGone) mkdirSync(folder);
    return isGone && !hasBranch();
  };
  const isOurs = !hasBranch();
  try {
    const made = await runGit({ cwd: from, signal }, ['worktree', 'add', '--quiet', '-b', gitBranch, folder, known]);
    if (!made.ok) throw new Failure(`git worktree add failed: ${made.said}`);
    // A snapshot of a folder below the repository's root belongs there.
    const below = resolve(folder, gitLine(from, 'rev-parse', '--show-prefix') ?? '.');
    mkdirSync(below, { recursive: true });
    return { folder: below, gitBranch, unmake };
  } catch (error) {
    // Git leaves all of it there where a hook of the repository fails.
    if (isOurs) unmake();
    throw error;
  }
}

/** Deletes a folder, or what is in it where the folder itself is somebody's; false where something of it stays. */
function isCleared(folder: string, wasThere: boolean): boolean {
  try {
    const found = wasThere ? readdirSync(folder).map((name) => join(folder, name)) : [folder];
    for (const path of found) rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** What a branch's folder and git branch are called: its name as far as paths take it, and enough of its id to be its own. */
export function slugOf(name: string | null, sessionId: string): string {
  const words = (name ?? 'branch')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `${words || 'branch'}-${sessionId.slice(-6)}`;
}

/** Undefined: the repository has no such commit, or none at all. Null asks for what is checked out. */
function knownCommit(from: string, commit: string | null | undefined): string | undefined {
  if (commit === undefined) return undefined;
  return gitLine(from, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${commit ?? 'HEAD'}^{commit}`);
}
