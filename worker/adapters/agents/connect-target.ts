import type { FailMode } from '../../../wire/organization-limits.ts';

/** Where an agent's settings point, checked: `base` has no trailing slash, query or credentials. */
export interface Target {
  base: string;
  host: string;
  token: string;
  /** What the project wants done while we cannot be asked. */
  fail: FailMode;
}

/** Files to write on the developer's machine, and what to know besides, in order. */
export interface ConnectSettings {
  files: { path: string; content: string }[];
  notes: string[];
}

/** A text as one shell word that nothing in it can leave (POSIX: a single quote ends, `\'` stands for itself). */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A settings file in JSON. */
export function jsonFile(path: string, value: object): { path: string; content: string } {
  return { path, content: `${JSON.stringify(value, null, 2)}\n` };
}

/** What no agent tells by itself, as headers for curl; silent outside of git, and a remote's credentials stay at home. */
export const gitHeaders = [
  '-H "x-flightdeck-repository: $(git config --get remote.origin.url 2>/dev/null | sed \'s#//[^/@]*@#//#\')"',
  '-H "x-flightdeck-branch: $(git rev-parse --abbrev-ref HEAD 2>/dev/null)"',
  '-H "x-flightdeck-folder: ./$(git rev-parse --show-prefix 2>/dev/null)"',
].join(' ');

/**
 * curl's own settings file with the token: it keeps the token out of the process list, and a new token leaves the hook's command as it is,
 * which matters where a person has to trust that command.
 */
export function curlFile(path: string, token: string): { path: string; content: string } {
  return { path, content: `header = "authorization: Bearer ${token}"\nheader = "content-type: application/json"\n` };
}

/** How long an agent may wait for a person where it asks us by itself: minutes for them, and not all day where we hang. */
export const approvalSeconds = 300;

interface CommandHook {
  url: string;
  /** A shell word for the settings file that `curlFile` wrote. */
  curlFile: string;
  /** How long curl waits, which it tells us, too: an answer that comes later reaches nobody. */
  timeoutSeconds: number;
  /** Whether the agent should hear our answer. */
  answers: boolean;
  /** Whether the hook tells the repository and branch, too. */
  git?: boolean;
}

/**
 * A hook's command for agents that cannot post by themselves. Whatever fails, it exits 0 without a word: the agent goes on. A server
 * that cannot be connected to costs three seconds however long the answer may take.
 */
export function hookCommand({ url, curlFile, timeoutSeconds, answers, git }: CommandHook): string {
  const patience = `--connect-timeout 3 -m ${timeoutSeconds} -H 'x-flightdeck-timeout: ${timeoutSeconds}'`;
  const parts = [`curl -sf ${patience} -K ${curlFile} -X POST`];
  if (!answers) parts.push('-o /dev/null');
  if (git) parts.push(gitHeaders);
  parts.push(`--data-binary @- ${shellWord(url)} 2>/dev/null || true`);
  return parts.join(' ');
}

/** For agents that know no hook that holds them when it fails. */
export const curlFailNote = (fail: FailMode, agent: string): string =>
  fail === 'open'
    ? 'The hooks need curl on the PATH. If Flightdeck cannot be reached, the agent goes on, at once or after the 3 seconds that connecting may take.'
    : `The hooks need curl on the PATH. The project wants agents held while Flightdeck cannot be reached, and hooks with curl cannot do that: the agent goes on. The flightdeck command can (flightdeck connect ${agent}).`;
