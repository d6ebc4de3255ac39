import { type FileEdit, fileEdits } from './session-edits.ts';
import { fieldsOf, listField } from './session-fields.ts';

/** One piece of a call that somebody is asked about: a change to a file, or a field of the input, word for word. */
export type CallPart =
  | { type: 'edit'; edit: FileEdit }
  /** `name` is null where the text is the whole point of the call: its command, or an input without fields. */
  | { type: 'text'; name: string | null; text: string }
  /** A number, a switch, or nothing: said in a line. */
  | { type: 'value'; name: string; text: string };

/** Everything that a call will run with, in the order in which a person judges it. No field of the input is left out. */
export function callParts(tool: string, input: unknown): CallPart[] {
  const fields = fieldsOf(input);
  if (!fields) return input === undefined ? [] : [{ type: 'text', name: null, text: wordsOf(input) }];
  const edits = fileEdits(tool, input, undefined);
  const shown = shownByEdits(tool, edits, fields);
  const rest = Object.entries(fields).filter(([name]) => !shown.has(name));
  // What is said of each of several edits beyond its texts, as that it replaces all that it finds.
  const asides = shown.has('edits') ? asidesOf(listField(fields, 'edits')) : [];
  const parts = rest.flatMap(([name, value]) => partOf(name, value));
  return [...edits.map((edit) => ({ type: 'edit' as const, edit })), ...parts.sort(commandFirst), ...asides];
}

const commands = ['command', 'cmd'];
const isCommand = (part: CallPart): boolean => part.type === 'text' && part.name === null;
const commandFirst = (a: CallPart, b: CallPart): number => Number(isCommand(b)) - Number(isCommand(a));

function partOf(name: string, value: unknown): CallPart[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ type: 'text', name: commands.includes(name) ? null : name, text: value }];
  const isPlain = typeof value !== 'object' || value === null;
  return [{ type: isPlain ? 'value' : 'text', name, text: wordsOf(value) }];
}

/** As JSON, which says of a list where one item ends and the next begins. */
const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? ''));

const editTexts = ['old_string', 'new_string'];

/** The fields that a picture of the change says whole. A patch is read by its tool, word for word, so it is shown as it is, too. */
function shownByEdits(tool: string, edits: readonly FileEdit[], fields: Readonly<Record<string, unknown>>): Set<string> {
  if (edits.length === 0 || tool === 'apply_patch') return new Set();
  const first = (...names: string[]) => names.find((name) => typeof fields[name] === 'string');
  const path = first('file_path', 'notebook_path', 'path');
  const content = first('content', 'new_source');
  return new Set([path, content, ...textsShown(fields)].filter((name) => name !== undefined));
}

function textsShown(fields: Readonly<Record<string, unknown>>): string[] {
  const several = listField(fields, 'edits');
  if (several.length === 0) return editTexts.filter((name) => typeof fields[name] === 'string');
  return several.every(isWholeEdit) ? ['edits'] : [];
}

const isWholeEdit = (edit: unknown): boolean => editTexts.some((name) => typeof fieldsOf(edit)?.[name] === 'string');

const asidesOf = (edits: readonly unknown[]): CallPart[] =>
  edits.flatMap((edit, at) =>
    Object.entries(fieldsOf(edit) ?? {})
      .filter(([name, value]) => !(editTexts.includes(name) && typeof value === 'string'))
      .flatMap(([name, value]) => partOf(`edit ${at + 1}: ${name}`, value)),
  );
