import { spawn } from 'node:child_process';
import { exitCodes, Failure } from '../failure.ts';
import { plain } from '../terminal.ts';
import { findProgram, ourShelves } from './find-program.ts';

/** How an agent is started under a session id that was made beforehand. The prompt comes first: options may take all words after them. */
const starters: Record<string, (externalId: string, prompt: string, rest: readonly string[]) => [string, ...string[]]> = {
  'claude-code': (externalId, prompt, rest) => ['claude', prompt, '--session-id', externalId, ...rest],
};

/** Throws a Failure where the agent cannot be started from here; before anything is made for it. */
export function requireStartable(agent: string, shelves = ourShelves()): void {
  const [command] = starterOf(agent)('', '', []);
  findProgram(command, shelves);
}

/** Runs it here, on this terminal; resolves to its exit code. */
export function startAgent(
  agent: string,
  { externalId, prompt, folder, rest }: { externalId: string; prompt: string; folder: string; rest: readonly string[] },
): Promise<number> {
  const [command, ...args] = starterOf(agent)(externalId, prompt, rest);
  // Never by a shell: it would run what the prompt says.
  const child = spawn(findProgram(command, ourShelves()), args, { cwd: folder, stdio: 'inherit', shell: false });
  // Ctrl-C reaches both of us, and is the agent's to understand.
  const leave = () => {};
  process.on('SIGINT', leave);
  return new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? exitCodes.failed));
  }).finally(() => process.off('SIGINT', leave));
}

function starterOf(agent: string) {
  const starter = Object.hasOwn(starters, agent) ? starters[agent] : undefined;
  if (starter) return starter;
  throw new Failure(
    `${plain(agent)} chooses its session ids itself, so it cannot be started as a branch. Say --agent claude-code, if that may go on in its place.`,
    exitCodes.usage,
  );
}
