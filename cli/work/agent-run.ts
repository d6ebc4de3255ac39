import { spawn } from 'node:child_process';
import { programOf, startableAgents, starterOf } from '../branch/agent-starter.ts';
import { ourShelves } from '../branch/find-program.ts';
import { signalGroup } from '../branch/signal-group.ts';
import { Failure } from '../failure.ts';

/** Agents that can be started on this machine; throws a Failure where there is none. */
export function agentsHere(shelves = ourShelves()): string[] {
  const missing: string[] = [];
  const found = startableAgents.filter((agent) => {
    try {
      programOf(agent, shelves);
      return true;
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
      return false;
    }
  });
  if (found.length === 0) throw new Failure(missing.join('\n'));
  return found;
}

export interface AgentRun {
  /** Its exit code; null where a signal ended it. */
  ended: Promise<number | null>;
  /** The end of what it has written so far. */
  tail(): string;
  /** Asks it to end, then makes it; twice is once. */
  stop(): void;
}

/** What it is asked first, then told: SIGINT lets it say goodbye. */
const stopSteps: { signal: NodeJS.Signals; afterMs: number }[] = [
  { signal: 'SIGINT', afterMs: 0 },
  { signal: 'SIGTERM', afterMs: 10_000 },
  { signal: 'SIGKILL', afterMs: 20_000 },
];

/** Starts an agent in a folder; `heard` gets what it writes. Throws a Failure where it is not here. */
export function startAgentRun(
  agent: string,
  { externalId, prompt, folder, rest }: { externalId: string; prompt: string; folder: string; rest: readonly string[] },
  maxTailLength: number,
  heard: (text: string) => void,
): AgentRun {
  const { command, alone } = starterOf(agent);
  // A group of its own: Ctrl-C at this terminal is for us, and what it starts itself ends with it. Never by a shell, which would run what the
  // prompt says; and the prompt is no argument, because one that begins with a dash would be an option.
  const child = spawn(programOf(agent), alone(externalId, rest), {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    detached: process.platform !== 'win32',
  });
  let tail = '';
  const listen = (text: string) => {
    tail = (tail + text).slice(-maxTailLength);
    heard(text);
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  // One that ends at once reads nothing.
  child.stdin.on('error', () => undefined).end(prompt);
  const timers: NodeJS.Timeout[] = [];
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code) => resolve(code));
  }).finally(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  return {
    ended,
    tail: () => tail,
    stop: () => {
      if (timers.length > 0) return;
      for (const { signal, afterMs } of stopSteps) timers.push(setTimeout(() => signalGroup(child, signal), afterMs));
    },
  };
}
