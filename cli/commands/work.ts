import type { Command } from './command.ts';

export const work: Command = {
  summary: 'Start the sessions here that others ask for in Flightdeck',
  usage:
    'work [--project <name>] [--folder <folder> | --clone-into <folder>] [--agent <agent>] [--once] [--max <n>] [-- <agent arguments>]',
  help: [
    'Takes the oldest request that fits this folder, makes a git worktree for it beside the folder, starts its agent there',
    'and reports until it is done; then takes the next. It starts claude-code and gemini-cli; Codex takes no session id from outside.',
    'The first Ctrl-C takes nothing new and lets what runs go on, the second stops that, too.',
    '  --project <name>    Requests of this project only; by name or id',
    '  --folder <folder>   Whose repository; this one unless you say. Requests that name another repository are left alone',
    '  --clone-into <folder>  Take requests for any repository instead: clones each there by https, once, with what git here may read',
    '  --agent <agent>     Start this one only; all that are installed unless you say',
    '  --once              Take one, and end with it: 0 where it went well',
    '  --max <n>           Run as many at the same time; 1 unless you say',
    'What comes after -- is given to the agent, e.g. -- --allowedTools Bash,Read,Edit',
  ],
  options: {
    ...{ project: { type: 'string' }, folder: { type: 'string' }, 'clone-into': { type: 'string' }, agent: { type: 'string' } },
    ...{ once: { type: 'boolean' }, max: { type: 'string' } },
  },
  maxPositionals: 0,
  takesRest: true,
  run: async (_, options, rest) => (await import('../work/run-work.ts')).runWork(options, rest),
};
