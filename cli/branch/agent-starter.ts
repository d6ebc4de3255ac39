import { exitCodes, Failure } from '../failure.ts';
import { plain } from '../terminal.ts';
import { findProgram, ourShelves } from './find-program.ts';

/** How an agent is started under a session id that was made beforehand. */
interface AgentStarter {
  command: string;
  /** At a terminal, with a prompt to begin with, which may begin with a dash. Options may take all words after them. */
  attended(externalId: string, prompt: string, rest: readonly string[]): string[];
  /** With nobody at its terminal; the prompt is its input. */
  alone(externalId: string, rest: readonly string[]): string[];
}

/** Codex is missing: it chooses the ids of its sessions itself, and what it did would be another session than the one that it was started for. */
const starters: Record<string, AgentStarter> = {
  'claude-code': {
    command: 'claude',
    attended: (externalId, prompt, rest) => [prompt, '--session-id', externalId, ...rest],
    alone: (externalId, rest) => ['-p', '--session-id', externalId, ...rest],
  },
  'gemini-cli': {
    command: 'gemini',
    attended: (externalId, prompt, rest) => [`--prompt-interactive=${prompt}`, '--session-id', externalId, ...rest],
    alone: (externalId, rest) => ['--session-id', externalId, ...rest],
  },
};

export const startableAgents: readonly string[] = Object.keys(starters);

/** Throws a Failure where the agent cannot be started under an id of ours. */
export function starterOf(agent: string): AgentStarter {
  const starter = Object.hasOwn(starters, agent) ? starters[agent] : undefined;
  if (starter) return starter;
  throw new Failure(
    `${plain(agent)} chooses its session ids itself, so it cannot be started for a session that is there already. Those that can: ${startableAgents.join(', ')}.`,
    exitCodes.usage,
  );
}

/** The file that an agent's command is; throws a Failure where the agent cannot be started from here. */
export const programOf = (agent: string, shelves = ourShelves()): string => findProgram(starterOf(agent).command, shelves);
