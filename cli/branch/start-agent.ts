import { spawn } from 'node:child_process';
import { exitCodes, Failure } from '../failure.ts';
import { programOf, starterOf } from './agent-starter.ts';

/** Runs an agent here, on this terminal; resolves to its exit code. */
export function startAgent(
  agent: string,
  { externalId, prompt, folder, rest }: { externalId: string; prompt: string; folder: string; rest: readonly string[] },
): Promise<number> {
  const { command, attended } = starterOf(agent);
  // Never by a shell: it would run what the prompt says.
  const child = spawn(programOf(agent), attended(externalId, prompt, rest), { cwd: folder, stdio: 'inherit', shell: false });
  // Ctrl-C reaches both of us, and is the agent's to understand.
  const leave = () => {};
  process.on('SIGINT', leave);
  return new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? exitCodes.failed));
  }).finally(() => process.off('SIGINT', leave));
}
