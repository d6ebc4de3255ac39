import { countLines, fileEdits } from './session-edits.ts';
import { fieldsOf, listField, numberField, textField } from './session-fields.ts';

export type ToolFamily = 'shell' | 'edit' | 'read' | 'search' | 'web' | 'agent' | 'plan' | 'mcp' | 'other';

/** A tool call in one line: what, on what, and how much it changed. */
export interface ToolSummary {
  family: ToolFamily;
  /** Short name of the tool, as a person would say it. */
  label: string;
  /** The object of the call: a command, a path, a pattern. Empty where the input says nothing. */
  subject: string;
  /** A few words more, quieter: what for, where, how many. */
  detail: string;
  /** The file that the call is about, as the agent wrote it. */
  path: string | null;
  lines: { added: number; removed: number } | null;
}

const families: Record<string, ToolFamily> = {
  Bash: 'shell',
  BashOutput: 'shell',
  KillShell: 'shell',
  PowerShell: 'shell',
  shell: 'shell',
  run_shell_command: 'shell',
  Edit: 'edit',
  MultiEdit: 'edit',
  Write: 'edit',
  NotebookEdit: 'edit',
  apply_patch: 'edit',
  replace: 'edit',
  write_file: 'edit',
  Read: 'read',
  read_file: 'read',
  read_many_files: 'read',
  LS: 'read',
  list_directory: 'read',
  view_image: 'read',
  Glob: 'search',
  Grep: 'search',
  glob: 'search',
  grep_search: 'search',
  search_file_content: 'search',
  ToolSearch: 'search',
  WebFetch: 'web',
  WebSearch: 'web',
  web_fetch: 'web',
  web_search: 'web',
  google_web_search: 'web',
  Agent: 'agent',
  Task: 'agent',
  TodoWrite: 'plan',
  TaskCreate: 'plan',
  TaskUpdate: 'plan',
  TaskList: 'plan',
  TaskGet: 'plan',
  write_todos: 'plan',
  update_plan: 'plan',
  ExitPlanMode: 'plan',
};

const labels: Record<string, string> = {
  run_shell_command: 'Shell',
  apply_patch: 'Patch',
  replace: 'Edit',
  write_file: 'Write',
  read_file: 'Read',
  read_many_files: 'Read',
  list_directory: 'List',
  LS: 'List',
  search_file_content: 'Grep',
  grep_search: 'Grep',
  glob: 'Glob',
  web_fetch: 'WebFetch',
  web_search: 'WebSearch',
  google_web_search: 'WebSearch',
  write_todos: 'Todo',
  TodoWrite: 'Todo',
  update_plan: 'Plan',
  MultiEdit: 'Edit',
};

export function toolFamily(tool: string): ToolFamily {
  if (tool.startsWith('mcp__')) return 'mcp';
  return families[tool] ?? 'other';
}

/** `home` is the session's working directory: paths inside it are shown without it. A failed call changed nothing. */
export function summarizeTool(tool: string, input: unknown, output: unknown, home: string | null, failed = false): ToolSummary {
  const family = toolFamily(tool);
  const base = { family, label: labels[tool] ?? tool, detail: '', path: null, lines: null };
  switch (family) {
    case 'shell':
      return { ...base, subject: shellCommand(input), detail: textField(input, 'description') ?? '' };
    case 'edit':
      return { ...base, ...editSummary(tool, input, output, home), ...(failed && { lines: null }) };
    case 'read':
      return { ...base, ...readSummary(input, output, home) };
    case 'search':
      return { ...base, ...searchSummary(input, output, home) };
    case 'web':
      return { ...base, subject: textField(input, 'url', 'query', 'prompt') ?? '', detail: webDetail(output) };
    case 'agent':
      return {
        ...base,
        subject: textField(input, 'description', 'name') ?? firstLine(textField(input, 'prompt') ?? ''),
        detail: textField(input, 'subagent_type') ?? textField(output, 'agentType') ?? '',
      };
    case 'plan':
      return { ...base, subject: planSubject(input) };
    case 'mcp': {
      const [, server = '', ...name] = tool.split('__');
      return { ...base, label: server || tool, subject: name.join('__'), detail: argumentsLine(input) };
    }
    case 'other':
      return { ...base, subject: argumentsLine(input) };
    default:
      return family satisfies never;
  }
}

export function shortPath(path: string, home: string | null): string {
  if (home && path === home) return '.';
  return home && path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path;
}

function shellCommand(input: unknown): string {
  const command = fieldsOf(input)?.command;
  if (Array.isArray(command)) return command.join(' ');
  return textField(input, 'command', 'cmd', 'bash_id', 'shell_id') ?? '';
}

function editSummary(tool: string, input: unknown, output: unknown, home: string | null) {
  const edits = fileEdits(tool, input, output);
  const first = edits[0];
  if (!first) return { subject: '', detail: '', path: null, lines: null };
  const lines = { added: 0, removed: 0 };
  for (const edit of edits) {
    const counted = countLines(edit);
    lines.added += counted.added;
    lines.removed += counted.removed;
  }
  const more = edits.length > 1 ? `and ${edits.length - 1} more` : '';
  const how = first.kind === 'update' ? '' : { create: 'new', delete: 'deleted', move: 'moved' }[first.kind];
  return { subject: shortPath(first.path, home), detail: more || how, path: first.path, lines };
}

function readSummary(input: unknown, output: unknown, home: string | null) {
  const path = textField(input, 'file_path', 'path', 'absolute_path', 'dir_path') ?? null;
  const many = listField(input, 'paths').filter((item) => typeof item === 'string');
  const file = fieldsOf(output)?.file;
  const from = numberField(file, 'startLine') ?? numberField(input, 'offset');
  const count = numberField(file, 'numLines') ?? numberField(input, 'limit');
  const total = numberField(file, 'totalLines');
  const part = from !== undefined && count !== undefined && (from > 1 || (total !== undefined && count < total));
  const detail = part ? `lines ${from}–${from + count - 1}` : whole(total ?? count);
  return { subject: path === null ? many.join(', ') : shortPath(path, home), detail, path };
}

const whole = (count: number | undefined) => (count === undefined ? '' : `${count} line${count === 1 ? '' : 's'}`);

function searchSummary(input: unknown, output: unknown, home: string | null) {
  const where = textField(input, 'path', 'dir_path', 'glob', 'include');
  const found = numberField(output, 'numMatches', 'totalMatches', 'numFiles', 'totalFiles');
  const parts = [
    where === undefined || where === home ? '' : `in ${shortPath(where, home)}`,
    found === undefined ? '' : `${found} found`,
  ];
  return { subject: textField(input, 'pattern', 'query') ?? '', detail: parts.filter(Boolean).join(', ') };
}

const webDetail = (output: unknown): string => {
  const code = numberField(output, 'code', 'status');
  return code === undefined ? '' : String(code);
};

function planSubject(input: unknown): string {
  const subject = textField(input, 'subject', 'title', 'explanation');
  if (subject !== undefined) return subject;
  const items = [...listField(input, 'todos'), ...listField(input, 'plan')];
  if (items.length === 0) return textField(input, 'taskId', 'status') ?? '';
  const done = items.filter((item) => textField(item, 'status') === 'completed').length;
  const current = items.find((item) => textField(item, 'status') === 'in_progress');
  const now = textField(current, 'activeForm', 'content', 'step', 'description');
  return `${done} of ${items.length} done${now === undefined ? '' : `, now: ${now}`}`;
}

/** `a: 2, b: 3`: the plain values of an unknown tool's input, cut where a row ends anyway. */
function argumentsLine(input: unknown): string {
  const fields = fieldsOf(input);
  if (!fields) return typeof input === 'string' ? firstLine(input) : '';
  const parts: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') parts.push(`${name}: ${firstLine(value)}`);
    else if (typeof value === 'number' || typeof value === 'boolean') parts.push(`${name}: ${value}`);
    if (parts.length === 6) break;
  }
  return parts.join(', ');
}

const firstLine = (text: string): string => {
  const start = text.slice(0, 240).trimStart();
  const end = start.indexOf('\n');
  return end < 0 ? start : start.slice(0, end);
};
