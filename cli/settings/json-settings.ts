import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';

/** What was put into a JSON file: enough to take it out again, and nothing else. */
export interface JsonReceipt {
  /** Entries added to `hooks.<event>`. */
  hooks: { event: string; group: unknown }[];
  /** Values set, with what stood there before; a missing `before` means nothing did. */
  values: { path: string[]; value: unknown; before?: { value: unknown } }[];
  /** Objects and lists that were not there before, outermost first. */
  made: string[][];
}

/** Why a file cannot be merged into, in words for its owner. */
export class Unmergeable extends Error {}

type Settings = Record<string, unknown>;

/**
 * A JSON settings file with ours in it: each hook group at the end of its event's list, every other value in its place. Comments, order and
 * formatting of what is there stay as they are.
 */
export function mergeJson(text: string, settings: Settings): { text: string; receipt: JsonReceipt } {
  const receipt: JsonReceipt = { hooks: [], values: [], made: [] };
  const editor = new Editor(text);
  const { hooks = {}, ...values } = settings;
  for (const [path, value] of leaves(values)) {
    const before = editor.value(path);
    if (before !== undefined && isSame(before, value)) continue;
    editor.makeParents(path, receipt.made);
    receipt.values.push({ path, value, ...(before !== undefined && { before: { value: before } }) });
    editor.set(path, value);
  }
  for (const [event, groups] of Object.entries(hooks as Record<string, unknown[]>)) {
    const list = editor.value(['hooks', event]);
    if (list !== undefined && !Array.isArray(list)) throw new Unmergeable(`"hooks.${event}" is no list`);
    const added = groups.filter((group) => !list?.some((other) => isSame(other, group)));
    if (added.length === 0) continue;
    editor.makeParents(['hooks', event, ''], receipt.made, []);
    for (const group of added) {
      receipt.hooks.push({ event, group });
      editor.append(['hooks', event], group);
    }
  }
  return { text: editor.text, receipt };
}

/** The file without what the receipt names; what its owner has changed since stays. */
export function unmergeJson(text: string, { hooks, values, made }: JsonReceipt): string {
  const editor = new Editor(text);
  for (const { event, group } of hooks) {
    const list = editor.value(['hooks', event]);
    const index = Array.isArray(list) ? list.findLastIndex((other) => isSame(other, group)) : -1;
    if (index !== -1) editor.removeItem(['hooks', event], index);
  }
  for (const { path, value, before } of values) {
    const current = editor.value(path);
    if (current !== undefined && isSame(current, value)) editor.set(path, before?.value);
  }
  for (const path of made.toReversed()) if (isEmpty(editor.value(path))) editor.set(path, undefined);
  return editor.text;
}

/** Whether everything that the receipt names is still there. */
export function holdsJson(text: string, { hooks, values }: JsonReceipt): boolean {
  const editor = new Editor(text);
  return (
    values.every(({ path, value }) => isSame(editor.value(path), value)) &&
    hooks.every(({ event, group }) => {
      const list = editor.value(['hooks', event]);
      return Array.isArray(list) && list.some((other) => isSame(other, group));
    })
  );
}

/** A JSON text that is edited in place. */
class Editor {
  text: string;
  private readonly formattingOptions: { insertSpaces: boolean; tabSize: number; eol: string };

  constructor(text: string) {
    this.text = text.trim() === '' ? '{}\n' : text;
    const [, indent = '  '] = /^([ \t]+)\S/m.exec(this.text) ?? [];
    this.formattingOptions = {
      insertSpaces: !indent.startsWith('\t'),
      tabSize: indent.startsWith('\t') ? 1 : indent.length,
      eol: this.text.includes('\r\n') ? '\r\n' : '\n',
    };
    if (this.tree().type !== 'object') throw new Unmergeable('it is no JSON object');
  }

  value(path: JSONPath): unknown {
    const node = findNodeAtLocation(this.tree(), path);
    return node && getNodeValue(node);
  }

  set(path: JSONPath, value: unknown): void {
    this.text = applyEdits(this.text, modify(this.text, path, value, { formattingOptions: this.formattingOptions }));
  }

  append(path: JSONPath, value: unknown): void {
    const edits = modify(this.text, [...path, -1], value, { formattingOptions: this.formattingOptions, isArrayInsertion: true });
    this.text = applyEdits(this.text, edits);
  }

  /** Takes one item out of a list, with one comma. (`modify` cuts the last item wrongly where the list is not spread over lines.) */
  removeItem(path: JSONPath, index: number): void {
    const items = findNodeAtLocation(this.tree(), path)?.children ?? [];
    const [before, item, after] = [items[index - 1], items[index], items[index + 1]];
    if (!item) return;
    const from = !after && before ? before.offset + before.length : item.offset;
    const to = after ? after.offset : item.offset + item.length;
    this.text = this.text.slice(0, from) + this.text.slice(to);
  }

  /** Makes what `path` has to lie in, and names it; `innermost` is what its last parent is made as. */
  makeParents(path: string[], made: string[][], innermost: object = {}): void {
    for (let length = 1; length < path.length; length++) {
      const parent = path.slice(0, length);
      const isLast = length === path.length - 1;
      const there = this.value(parent);
      if (there === undefined) {
        made.push(parent);
        this.set(parent, isLast ? innermost : {});
      } else if (typeof there !== 'object' || there === null || (Array.isArray(there) && !(isLast && Array.isArray(innermost)))) {
        throw new Unmergeable(`"${parent.join('.')}" is no object`);
      }
    }
  }

  private tree(): Node {
    const errors: ParseError[] = [];
    const tree = parseTree(this.text, errors, { allowTrailingComma: true });
    const [error] = errors;
    if (tree && !error) return tree;
    const line = this.text.slice(0, error?.offset ?? 0).split('\n').length;
    throw new Unmergeable(`it is not valid JSON (line ${line})`);
  }
}

function leaves(settings: Settings, above: string[] = []): [string[], unknown][] {
  return Object.entries(settings).flatMap(([name, value]): [string[], unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leaves(value as Settings, [...above, name]) // A JSON object.
      : [[[...above, name], value]],
  );
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Equal as JSON, whatever the order of keys. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  const others = new Map(right);
  return left.length === right.length && left.every(([key, value]) => others.has(key) && isSame(value, others.get(key)));
}
