import { agents } from '../agent.ts';
import { exitCodes } from '../failure.ts';
import type { Command } from './command.ts';

/** `hook` itself never comes here: its own way in the entry loads nothing else. */
export const hookHelp: Command = {
  summary: 'What agents call: one hook on standard input, the answer on standard output',
  usage: `hook ${agents.join('|')}`,
  help: [
    '`flightdeck connect` writes this command into an agent’s settings. It keeps the hook on disk, waits for an answer only',
    'where one can hold the agent back, and then not longer than the connection says. It always exits with 0: agents',
    'take another code for an answer.',
  ],
  maxPositionals: 9,
  run: async () => {
    // A broken line in an agent's settings must not stop the agent.
    process.stderr.write(`flightdeck: hook needs the name of an agent: ${agents.join(', ')}\n`);
    return exitCodes.ok;
  },
};
