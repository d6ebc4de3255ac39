import type { Command } from './command.ts';

export const snapshot: Command = {
  summary: 'Keep the files of a folder as they are now',
  usage: 'snapshot [folder] [--session <id>] [--name <words>] [--with-secrets]',
  help: [
    'Takes what git would see, untracked files included; outside a repository, what .gitignore files let',
    'through. The server keeps each content once for a project, so a second snapshot sends what has changed.',
    '  --session <id>    Whose snapshot it is; the latest session that works in the folder unless you say',
    '  --name <words>    What you will know it by',
    '  --reason <word>   Why: start, end, rule, interval; hooks say so, and wait for a session that has just begun',
    '  --with-secrets    Take files, too, that look as if they hold secrets (.env, keys and the like)',
  ],
  options: {
    session: { type: 'string' },
    name: { type: 'string' },
    reason: { type: 'string' },
    'with-secrets': { type: 'boolean' },
  },
  maxPositionals: 1,
  run: async (words, options) => (await import('../snapshot/run-snapshot.ts')).runSnapshot(words, options),
};

export const snapshots: Command = {
  summary: 'What snapshots a session has',
  usage: 'snapshots [session | --session <id>]',
  help: ['Without a session: the latest one that works in this folder.'],
  options: { session: { type: 'string' } },
  maxPositionals: 1,
  run: async (words, options) => (await import('../snapshot/run-snapshots.ts')).runSnapshots(words, options),
};

export const restore: Command = {
  summary: 'Make a folder what it was at a snapshot',
  usage: 'restore <snapshot> [folder] [--dry-run] [--yes] [--delete-untracked]',
  help: [
    'Shows what would be added, changed and deleted, and asks. Takes a snapshot of what is there first, whose',
    'id undoes the restore. Ignored files stay, and so do untracked ones that the snapshot does not hold.',
    '  --dry-run            Show it, and change nothing',
    '  --yes                Do not ask',
    '  --delete-untracked   Delete what git does not track and the snapshot does not hold; never ignored files',
  ],
  options: { 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' }, 'delete-untracked': { type: 'boolean' } },
  maxPositionals: 2,
  run: async (words, options) => (await import('../snapshot/run-restore.ts')).runRestore(words, options),
};
