import { fieldsOf, listField, textField } from './session-fields.ts';

/** What a tool said, as text to read; null where only the raw JSON would tell. */
export function outputText(output: unknown): string | null {
  if (output === undefined || output === null) return null;
  if (typeof output === 'string') return output;
  if (Array.isArray(output)) return blocksText(output);
  const fields = fieldsOf(output);
  if (!fields) return String(output);
  const stdout = textField(fields, 'stdout');
  if (stdout !== undefined) return joinLines([stdout, textField(fields, 'stderr') ?? '']);
  const file = textField(fields.file, 'content');
  if (file !== undefined) return file;
  const named = listField(fields, 'filenames').filter((name) => typeof name === 'string');
  const content = fields.content;
  if (Array.isArray(content)) return blocksText(content);
  if (typeof content === 'string') return content;
  if (named.length > 0 || Array.isArray(fields.filenames)) return named.join('\n');
  return textField(fields, 'error', 'returnDisplay', 'llmContent', 'result', 'output', 'text', 'message') ?? null;
}

/** The blocks that models and MCP servers answer in: `[{ type: 'text', text }]`. */
function blocksText(blocks: readonly unknown[]): string | null {
  const texts = blocks.map((block) => (typeof block === 'string' ? block : textField(block, 'text')));
  return texts.every((text) => text !== undefined) ? texts.join('\n') : null;
}

const joinLines = (parts: string[]): string =>
  parts
    .filter((part) => part !== '')
    .map((part, i, all) => (i < all.length - 1 && !part.endsWith('\n') ? `${part}\n` : part))
    .join('');

/** The exit code that a shell tool tells in words: `Exit code 3\n…`, `Exit code: 0`, `Exit Code: 3`. */
export function exitCode(text: string): number | null {
  const found = /^\s*(?:<[^>]+>\s*)?(?:[^\n]{0,200}\n){0,3}?Exit code:? (-?\d{1,10})/i.exec(text.slice(0, 1000));
  return found ? Number(found[1]) : null;
}
