import { limits } from '../../wire/limits.ts';
import type { Command } from './command.ts';

export const exportCommand: Command = {
  summary: 'Write sessions to a file: to import again, to read, or with all there is',
  usage: 'export <session…>|--all [--format json|markdown|archive] [-o <file>]',
  help: [
    'Each session by its id, or by the id that its agent gave it.',
    '  --all               Every session of the organization, however many. Of more than',
    `                      ${limits.maxArchiveSessions} an archive becomes several files, all-1.tar.gz and so on`,
    '  --format <format>   json (the default) and archive can be imported again, markdown is to be read; archive is a',
    '                      tar.gz of all there is: logs, snapshots and what they hold',
    '  -o, --out <file>    Where to; - for standard output. Without it a file in this folder, of a name of its own;',
    '                      a file that is there already is never overwritten',
  ],
  options: { format: { type: 'string' }, out: { type: 'string', short: 'o' }, all: { type: 'boolean' } },
  maxPositionals: limits.maxTransferSessions,
  run: async (words, options) => (await import('../transfer/run-export.ts')).runExport(words, options),
};

export const importCommand: Command = {
  summary: 'Bring exported sessions in from a file, or a transcript of Claude Code',
  usage: 'import <file…> [--project <name>] [--on-conflict skip|rename|replace] [--dry-run] [--yes]',
  help: [
    'A JSON export, gzipped or not, an archive (.tar.gz), or a transcript of Claude Code',
    '(~/.claude/projects/<folder>/<session>.jsonl). All of it is looked through before anything of it can be seen, and',
    'every problem is told with its place. The same file twice changes nothing. A large file goes in parts, and several',
    'files go one after the other: all of them are looked through first.',
    '  --project <name>        Where the sessions go; needed where there are several and the file names none of them',
    '  --on-conflict <rule>    What becomes of a session that is there and is another: skip leaves it (the default),',
    '                          rename imports beside it, replace takes its place after asking',
    '  --dry-run               Say what would happen, and do nothing',
    '  --yes                   Do not ask',
  ],
  options: {
    project: { type: 'string' },
    'on-conflict': { type: 'string' },
    'dry-run': { type: 'boolean' },
    yes: { type: 'boolean' },
  },
  maxPositionals: limits.maxImportFiles,
  run: async (words, options) => (await import('../transfer/run-import.ts')).runImport(words, options),
};
