import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { exitCodes, Failure } from '../failure.ts';
import { plain } from '../terminal.ts';

/** How an agent is started under a session id that was made beforehand. The prompt comes first: options may take all words after them. */
const starters: Record<string, (externalId: string, prompt: string, rest: readonly string[]) => [string, ...string[]]> = {
  'claude-code': (externalId, prompt, rest) => ['claude', prompt, '--session-id', externalId, ...rest],
};

const isWindows = process.platform === 'win32';

/** Throws a Failure where the agent cannot be started from here; before anything is made for it. */
export function requireStartable(agent: string): void {
  const [command] = starterOf(agent)('', '', []);
  // Windows finds commands by more than their names.
  if (isWindows || (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)))) return;
  throw new Failure(`There is no command "${command}" on this machine. Install it first.`);
}

/** Runs it here, on this terminal; resolves to its exit code. */
export function startAgent(
  agent: string,
  { externalId, prompt, folder, rest }: { externalId: string; prompt: string; folder: string; rest: readonly string[] },
): Promise<number> {
  const [command, ...args] = starterOf(agent)(externalId, prompt, rest);
  const child = spawn(command, args, { cwd: folder, stdio: 'inherit', shell: isWindows });
  // Ctrl-C reaches both of us, and is the agent's to understand.
  const leave = () => {};
  process.on('SIGINT', leave);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? exitCodes.failed));
  }).finally(() => process.off('SIGINT', leave)) as Promise<number>;
}

function starterOf(agent: string) {
  const starter = Object.hasOwn(starters, agent) ? starters[agent] : undefined;
  if (starter) return starter;
  throw new Failure(
    `${plain(agent)} chooses its session ids itself, so it cannot be started as a branch. Say --agent claude-code, if that may go on in its place.`,
    exitCodes.usage,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
