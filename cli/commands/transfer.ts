import type { Command } from './command.ts';

export const exportCommand: Command = {
  summary: 'Write a session to a file: as JSON to import again, or as Markdown to read',
  usage: 'export <session> [--format json|markdown] [-o <file>]',
  help: [
    'The session by its id, or by the id that its agent gave it.',
    '  --format <format>   json (the default) can be imported again, markdown is to be read',
    '  -o, --out <file>    Where to; - for standard output. Without it a file in this folder, of a name of its own;',
    '                      a file that is there already is never overwritten',
  ],
  options: { format: { type: 'string' }, out: { type: 'string', short: 'o' } },
  maxPositionals: 1,
  run: async (words, options) => (await import('../transfer/run-export.ts')).runExport(words, options),
};
