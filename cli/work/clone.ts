import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { gitLine } from '../snapshot/git.ts';
import { plain } from '../terminal.ts';
import { remoteGit } from './remote-git.ts';

/** `host/owner/name`, with groups in between at GitLab. */
const isHost = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
/** Neither an option, nor a way out of the folder, nor a folder of git's own. */
const isName = /^(?!\.{1,2}$|\.git$)[\w~+.][\w~+.-]*$/i;

/** Two requests for one repository wait for one clone. */
const underWay = new Map<string, Promise<void>>();

/**
 * The folder under `into` with a clone of a repository, `host/owner/name`, by https; made where there is none. Nothing is checked out in it:
 * what works there has a worktree beside it. Throws a Failure where the name is none, or git cannot clone it.
 */
export async function cloneOf(into: string, repository: string, signal: AbortSignal): Promise<string> {
  const [host = '', ...names] = repository.split('/');
  if (!isHost.test(host) || names.length === 0 || !names.every((name) => isName.test(name)))
    throw new Failure(`"${plain(repository)}" is no repository that could be cloned.`);
  const url = `https://${repository}.git`;
  const folder = join(into, host, ...names);
  // Whoever began one may be stopped over it; then it is the next one's.
  for (let other = underWay.get(folder); other; other = underWay.get(folder)) await other.catch(() => undefined);
  const cloning = clone(url, folder, signal).finally(() => underWay.delete(folder));
  underWay.set(folder, cloning);
  await cloning;
  return folder;
}

async function clone(url: string, folder: string, signal: AbortSignal): Promise<void> {
  if (isCloneOf(url, folder)) return;
  if (existsSync(folder)) throw new Failure(`${folder} is there, and is no clone of ${url}.`);
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  // Half a clone is never taken for one.
  const part = join(parent, `.${basename(folder)}.${process.pid}.part`);
  rmSync(part, { recursive: true, force: true });
  try {
    const args = ['clone', '--quiet', '--no-checkout', '--no-recurse-submodules', '--end-of-options', url, part];
    const done = await remoteGit({ cwd: parent, signal, isGuarded: true }, args);
    if (!done.ok) throw new Failure(`git could not clone ${url}: ${done.said}`);
    renameSync(part, folder);
  } catch (error) {
    // Another process of ours was faster.
    if (!isCloneOf(url, folder)) throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

const isCloneOf = (url: string, folder: string): boolean =>
  existsSync(join(folder, '.git')) && gitLine(folder, 'config', '--get', 'remote.origin.url') === url;
