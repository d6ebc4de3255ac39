import { limits } from '../../wire/limits.ts';
import { patchedFiles } from './patch-text.ts';
import { fromFolder } from './path.ts';

/** What a tool call is about, as far as its input says. */
export interface CallTarget {
  /** The shell command that it runs. */
  command?: string;
  /** The files that it names: as given, and from the working directory on where that reads differently. */
  paths: string[];
  /** It writes them; otherwise it only reads. A shell command is not searched for files. */
  touches: boolean;
  /** It names more files than are looked at. */
  isCut?: true;
}

const pathFields = ['file_path', 'notebook_path', 'absolute_path', 'path', 'filePath', 'notebookPath', 'filename'];
const listFields = ['paths', 'files', 'file_paths'];
const patchFields = ['command', 'input', 'patch', 'patchText'];

const touchingWords = new Set(
  'edit multiedit write patch replace create insert append prepend delete remove move rename update save overwrite'.split(' '),
);

/** What an editor that takes its verb as a `command` is told; a shell has other commands. */
const editorVerbs = new Set(['view', 'create', 'str_replace', 'insert', 'undo_edit']);

/**
 * Which command and which files a call names, whichever agent makes it: Claude Code's Edit, MultiEdit, Write and NotebookEdit, Codex'
 * `apply_patch`, Gemini's `replace` and `write_file`, and any tool that calls a file `path`. Total over whatever an agent sends.
 */
export function targetOf(tool: string, input: unknown, cwd: string | null): CallTarget {
  const words = wordsOf(tool);
  const patch = patchIn(words, input);
  if (patch !== undefined) return named(patchedFiles(patch), cwd, true);
  if (typeof input !== 'object' || input === null) return { paths: [], touches: false };
  const given = givenPaths(input);
  const command = commandIn(input);
  const isEditor = words.includes('edit') || words.includes('editor');
  if (isEditor && command !== undefined && editorVerbs.has(command)) return named(given, cwd, command !== 'view');
  const touches = words.some((word) => touchingWords.has(word));
  return { ...(command !== undefined && { command }), ...named(given, cwd, touches) };
}

function named(given: readonly string[], cwd: string | null, touches: boolean): CallTarget {
  const paths = new Set<string>();
  for (const path of given.slice(0, limits.maxCallPaths)) {
    if (path === '' || path.length > limits.maxPathLength) continue;
    paths.add(path);
    paths.add(fromFolder(path, cwd));
  }
  return {
    paths: [...paths],
    touches: touches && paths.size > 0,
    ...(given.length > limits.maxCallPaths && { isCut: true as const }),
  };
}

function givenPaths(input: object): string[] {
  const single = pathFields.map((field) => textIn(input, field));
  const listed = listFields.flatMap((field) => {
    const list = fieldOf(input, field);
    return Array.isArray(list) ? list.slice(0, limits.maxCallPaths + 1).map(pathOfItem) : [];
  });
  return [...single, ...listed].filter((path) => path !== undefined);
}

const pathOfItem = (item: unknown): string | undefined => {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null) return undefined;
  return pathFields.map((field) => textIn(item, field)).find((path) => path !== undefined);
};

/** A command is a text, or the list of its words. */
function commandIn(input: object): string | undefined {
  const command = fieldOf(input, 'command') ?? fieldOf(input, 'cmd');
  if (typeof command === 'string') return command;
  if (!Array.isArray(command) || command.length === 0) return undefined;
  return command.every((word) => typeof word === 'string') ? command.join(' ') : undefined;
}

/** The patch of a call that is an `apply_patch`; undefined of any other. */
export const patchOf = (tool: string, input: unknown): string | undefined => patchIn(wordsOf(tool), input);

function patchIn(words: readonly string[], input: unknown): string | undefined {
  if (!words.includes('patch')) return undefined;
  if (typeof input === 'string') return input;
  if (typeof input !== 'object' || input === null) return undefined;
  const texts = patchFields.map((field) => (field === 'command' ? commandIn(input) : textIn(input, field)));
  return texts.find((text) => text?.includes('*** '));
}

/** `NotebookEdit`, `write_file` and `mcp__files__move-file` as their words; what names the server of a tool says nothing of the tool. */
function wordsOf(tool: string): string[] {
  const own = tool.slice(0, limits.maxNameLength).split('__').at(-1) ?? '';
  return own
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

const fieldOf = (value: object, field: string): unknown => (Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined);

function textIn(value: object, field: string): string | undefined {
  const text = fieldOf(value, field);
  return typeof text === 'string' ? text : undefined;
}
