import { limits } from '../../../wire/limits.ts';

/** Git's own folder, also as Windows would find it; hooks in it are programs that the next git command runs. */
const gitFolder = /^(\.git|git~1)[. ]*$/i;

/** The folder of git's that a path is or lies in; undefined where it does not. */
export function gitFolderOf(path: string): string | undefined {
  const parts = path.split('/');
  const at = parts.findIndex((part) => gitFolder.test(part));
  return at === -1 ? undefined : parts.slice(0, at + 1).join('/');
}

/** Why nothing that a snapshot holds can lie at this path, in a sentence; undefined where it can. */
export function pathProblem(path: string): string | undefined {
  const problem = placeProblem(path);
  if (problem) return problem;
  return gitFolderOf(path) === undefined ? undefined : 'The path lies in git’s own folder, which no snapshot holds.';
}

/** Why this is no path of a workspace. */
export function placeProblem(path: string): string | undefined {
  if (path === '') return 'A path cannot be empty.';
  if (path.length > limits.maxPathLength) return `A path has at most ${limits.maxPathLength} characters.`;
  if (path.includes('\0')) return 'A path cannot hold a zero character.';
  if (!path.isWellFormed()) return 'The path is no text: half of a surrogate pair is missing.';
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return 'The path is absolute; give it from the workspace’s root on.';
  // Windows takes `\` for a separator, too.
  if (path.split(/[/\\]/).includes('..')) return 'The path leads up with `..`; give it from the workspace’s root on.';
  const parts = path.split('/');
  if (parts.includes('') || parts.includes('.')) return 'The path has an empty part or a `.`; leave them out.';
  return undefined;
}

/** Whether a link at `path` leads out of the workspace, as its target is written. */
export function leadsOut(path: string, target: string): boolean {
  if (/^([/\\]|[A-Za-z]:)/.test(target)) return true;
  let depth = foldersAbove(path).length;
  for (const part of target.split(/[/\\]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/** The folders above a path, the outermost first: `a` and `a/b` of `a/b/c`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}
