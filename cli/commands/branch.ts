import type { Command } from './command.ts';

export const branch: Command = {
  summary: 'Continue a session from some point of it, in a folder of its own',
  usage:
    'branch <session> [--at <event> | --snapshot <id>] [--name <words>] [--description <words>] [--folder <folder>] [--agent <agent>] [-- <agent arguments>]',
  help: [
    'Makes a branch of the session, a git worktree where this folder is a repository that knows the snapshot’s commit, else a',
    'folder; restores the snapshot into it, and starts the agent there. Nothing in this folder or its branch changes.',
    'Of a branch that waits to be started (made in Flightdeck’s page): does the rest.',
    '  --at <event>            After which event; the last one unless you say',
    '  --snapshot <id>         With which files; the latest snapshot by then unless you say',
    '  --name <words>          What you will know it by',
    '  --description <words>   What it is to try; its agent reads that first',
    '  --folder <folder>       Where; beside this one unless you say',
    '  --agent <agent>         Who works there; the session’s own agent unless you say. claude-code or gemini-cli: Codex takes no id',
  ],
  options: {
    ...{ at: { type: 'string' }, snapshot: { type: 'string' }, name: { type: 'string' }, description: { type: 'string' } },
    ...{ folder: { type: 'string' }, agent: { type: 'string' } },
  },
  maxPositionals: 1,
  takesRest: true,
  run: async (words, options, rest) => (await import('../branch/run-branch.ts')).runBranch(words, options, rest),
};
