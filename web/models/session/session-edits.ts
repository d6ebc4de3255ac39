import { fieldsOf, listField, numberField, textField } from './session-fields.ts';

/** Lines of one place in a file, each starting with ` `, `-` or `+`; line numbers are from 1, null where the agent doesn't say. */
export interface Hunk {
  oldStart: number | null;
  newStart: number | null;
  lines: string[];
}

/** What a tool call did to one file: as hunks where the agent tells them, else as text before and after. */
export interface FileEdit {
  path: string;
  kind: 'create' | 'update' | 'delete' | 'move';
  movedTo?: string;
  hunks: Hunk[] | null;
  texts: { before: string; after: string }[];
}

/** The files that a tool call edited, in the dialects we know; empty for every other tool. */
export function fileEdits(tool: string, input: unknown, output: unknown): FileEdit[] {
  switch (tool) {
    case 'Edit':
    case 'MultiEdit':
    case 'Write':
    case 'NotebookEdit':
    case 'replace':
    case 'write_file':
      return oneFile(input, output);
    case 'apply_patch':
      return patchFiles(textField(input, 'command', 'input', 'patch') ?? (typeof input === 'string' ? input : ''));
    default:
      return [];
  }
}

function oneFile(input: unknown, output: unknown): FileEdit[] {
  const path = textField(input, 'file_path', 'notebook_path', 'path') ?? textField(output, 'filePath');
  if (path === undefined) return [];
  const hunks = listField(output, 'structuredPatch').flatMap(readHunk);
  const created = textField(output, 'type') === 'create';
  const content = textField(input, 'content', 'new_source');
  const edits = listField(input, 'edits');
  const original = textField(output, 'originalFile');
  const texts: FileEdit['texts'] = [];
  if (content !== undefined) texts.push({ before: original ?? '', after: content });
  for (const edit of edits.length > 0 ? edits : [input]) {
    const before = textField(edit, 'old_string');
    const after = textField(edit, 'new_string');
    if (before !== undefined || after !== undefined) texts.push({ before: before ?? '', after: after ?? '' });
  }
  return [{ path, kind: created ? 'create' : 'update', hunks: hunks.length > 0 ? hunks : null, texts }];
}

function readHunk(value: unknown): Hunk[] {
  const lines = listField(value, 'lines').filter((line) => typeof line === 'string');
  if (!fieldsOf(value) || lines.length === 0) return [];
  return [{ oldStart: numberField(value, 'oldStart') ?? null, newStart: numberField(value, 'newStart') ?? null, lines }];
}

/** The envelope that Codex writes: `*** Update File: path`, then hunks that begin with `@@` and carry no line numbers. */
function patchFiles(patch: string): FileEdit[] {
  const files: FileEdit[] = [];
  for (const line of patch.split('\n')) {
    const header = /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(line);
    const file = files.at(-1);
    if (header) {
      files.push({ path: header[2] ?? '', kind: patchKinds[header[1] ?? ''] ?? 'update', hunks: [], texts: [] });
    } else if (file && line.startsWith('*** Move to: ')) {
      file.kind = 'move';
      file.movedTo = line.slice(13);
    } else if (file && line.startsWith('@@')) {
      file.hunks?.push({ oldStart: null, newStart: null, lines: [] });
    } else if (file && /^[ +-]/.test(line)) {
      if (file.hunks?.length === 0) {
        const starts = file.kind === 'create' ? 1 : null;
        file.hunks.push({ oldStart: starts, newStart: starts, lines: [] });
      }
      file.hunks?.at(-1)?.lines.push(line);
    }
  }
  return files;
}

const patchKinds: Record<string, FileEdit['kind']> = { Add: 'create', Update: 'update', Delete: 'delete' };

export interface LineCount {
  added: number;
  removed: number;
}

/** Lines added and removed. Exact for hunks; from bare texts, everything between the common first and last lines counts. */
export function countLines(edit: FileEdit): LineCount {
  const total = { added: 0, removed: 0 };
  for (const hunk of edit.hunks ?? []) {
    for (const line of hunk.lines) {
      if (line.startsWith('+')) total.added += 1;
      else if (line.startsWith('-')) total.removed += 1;
    }
  }
  if (edit.hunks) return total;
  for (const text of edit.texts) {
    const counted = countBetween(text.before, text.after);
    total.added += counted.added;
    total.removed += counted.removed;
  }
  return total;
}

function countBetween(before: string, after: string): LineCount {
  const old = splitLines(before);
  const now = splitLines(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail])
    tail += 1;
  return { added: now.length - head - tail, removed: old.length - head - tail };
}

/** A last line feed ends a line; it doesn't begin another. */
const splitLines = (text: string): string[] => {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};
