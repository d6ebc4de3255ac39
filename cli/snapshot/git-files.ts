import { git, gitLine } from './git.ts';

/** What git says of the files below a folder, as paths from there on. */
export interface GitFiles {
  tracked: string[];
  /** Neither tracked nor ignored. One that ends with `/` is a repository of its own. */
  untracked: string[];
}

/** Null where `folder` is no part of a repository's work tree, or is one that the repository ignores, or git is not there. */
export function gitFiles(folder: string): GitFiles | null {
  if (gitLine(folder, 'rev-parse', '--is-inside-work-tree') !== 'true') return null;
  if (git(folder, 'check-ignore', '--quiet', '.') !== undefined) return null;
  const tracked = git(folder, 'ls-files', '-z', '--cached');
  const untracked = git(folder, 'ls-files', '-z', '--others', '--exclude-standard');
  if (tracked === undefined || untracked === undefined) return null;
  return { tracked: names(tracked), untracked: names(untracked) };
}

/** The commit that is checked out, where there is one. */
export const gitHead = (folder: string): string | undefined => gitLine(folder, 'rev-parse', '--verify', 'HEAD');

// A file that is in conflict is listed once for each of its stages.
const names = (text: string): string[] => [...new Set(text.split('\0').filter((path) => path !== ''))];
