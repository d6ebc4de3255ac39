import type { Command } from './command.ts';

export const work: Command = {
  summary: 'Start the sessions here that others ask for in Flightdeck',
  usage: 'work [--project <name>] [--folder <folder>] [--once] [--max <n>] [-- <agent arguments>]',
  help: [
    'Takes the oldest request that fits this folder, makes a git worktree for it beside the folder, starts its agent there',
    'and reports until it is done; then takes the next. Only claude-code can be started so far.',
    'The first Ctrl-C takes nothing new and lets what runs go on, the second stops that, too.',
    '  --project <name>    Requests of this project only; by name or id',
    '  --folder <folder>   Whose repository; this one unless you say. Requests that name another repository are left alone',
    '  --once              Take one, and end with it: 0 where it went well',
    '  --max <n>           Run as many at the same time; 1 unless you say',
    'What comes after -- is given to the agent, e.g. -- --allowedTools Bash,Read,Edit',
  ],
  options: {
    ...{ project: { type: 'string' }, folder: { type: 'string' } },
    ...{ once: { type: 'boolean' }, max: { type: 'string' } },
  },
  maxPositionals: 0,
  takesRest: true,
  run: async (_, options, rest) => (await import('../work/run-work.ts')).runWork(options, rest),
};
