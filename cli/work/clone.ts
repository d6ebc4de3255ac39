import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
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
  // Whoever began one may be stopped over it; then it is the next one's. Who waits for it may be stopped as well.
  for (let other = underWay.get(folder); other; other = underWay.get(folder)) {
    signal.throwIfAborted();
    await Promise.race([other.catch(() => undefined), once(signal, 'abort')]);
  }
  signal.throwIfAborted();
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
  for (const left of partsLeft(parent)) await rm(left, { recursive: true, force: true });
  // Half a clone is never taken for one. Machines that share the folder, containers say, have the same process ids.
  const part = join(parent, `.${basename(folder)}.${randomUUID()}.part`);
  try {
    const args = ['--no-checkout', '--no-recurse-submodules', '--end-of-options', url, part];
    const done = await remoteGit({ cwd: parent, signal, isGuarded: true }, 'clone', args);
    if (!done.ok) throw new Failure(`git could not clone ${url}: ${done.said}`);
    renameSync(part, folder);
  } catch (error) {
    // Another process of ours was faster.
    if (!isCloneOf(url, folder)) throw error;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** No clone takes a day: whoever began one of these is gone. */
const partAgeMs = 24 * 3_600_000;
const isPart = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

function partsLeft(parent: string): string[] {
  const parts = readdirSync(parent).filter((name) => isPart.test(name));
  return parts
    .map((name) => join(parent, name))
    .filter((path) => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) > partAgeMs);
}

const isCloneOf = (url: string, folder: string): boolean =>
  existsSync(join(folder, '.git')) && gitLine(folder, 'config', '--get', 'remote.origin.url') === url;
