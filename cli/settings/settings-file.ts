import { parse as parseToml } from 'smol-toml';
import { holdsJson, type JsonReceipt, mergeJson, Unmergeable, unmergeJson } from './json-settings.ts';
import { appendBlock, removeBlock } from './text-block.ts';

/** A file as the server wants it, `~` for the home. */
export interface WantedFile {
  path: string;
  content: string;
}

/** What `connect` did to one file, so that `disconnect` can undo exactly that. */
export interface FileReceipt {
  path: string;
  /** The file before; null where there was none. */
  before: string | null;
  after: string;
  json?: JsonReceipt;
  block?: string;
}

export type Merged = { ok: true; receipt: FileReceipt } | { ok: false; why: string };

/** The file with ours in it. `text` is null where there is none yet. Refusals say why a person has to do it by hand. */
export function merge(wanted: WantedFile, text: string | null): Merged {
  try {
    return { ok: true, receipt: { path: wanted.path, before: text, ...merged(wanted, text ?? '') } };
  } catch (error) {
    if (error instanceof Unmergeable) return { ok: false, why: error.message };
    throw error;
  }
}

function merged({ path, content }: WantedFile, text: string): Pick<FileReceipt, 'after' | 'json' | 'block'> {
  if (path.endsWith('.json')) {
    const { text: after, receipt } = mergeJson(text, JSON.parse(content));
    return { after, json: receipt };
  }
  if (path.endsWith('.toml')) checkTables(text, content);
  else checkVariables(text, content);
  const { text: after, block } = appendBlock(text, content);
  if (path.endsWith('.toml')) readToml(after);
  return { after, block };
}

/** The file without ours; null where nothing of it is left and there was none before. */
export function unmerge(receipt: FileReceipt, text: string | null): string | null {
  if (text === null || text === receipt.after) return text === null ? null : receipt.before;
  const left = withoutOurs(receipt, text);
  return receipt.before === null && (left.trim() === '' || left.trim() === '{}') ? null : left;
}

function withoutOurs({ json, block }: FileReceipt, text: string): string {
  try {
    if (json) return unmergeJson(text, json);
  } catch (error) {
    if (!(error instanceof Unmergeable)) throw error;
    throw new Unmergeable(`${error.message}; mend it, then try again`);
  }
  return block === undefined ? text : removeBlock(text, block);
}

/** Whether everything that was put in is still there. */
export function holds({ after, json, block }: FileReceipt, text: string | null): boolean {
  if (text === after) return true;
  if (text === null) return false;
  try {
    return json ? holdsJson(text, json) : block !== undefined && text.includes(block);
  } catch (error) {
    if (error instanceof Unmergeable) return false;
    throw error;
  }
}

/** TOML knows each table once: a second one would void the whole file. */
function checkTables(text: string, content: string): void {
  const theirs = readToml(text);
  const taken = Object.keys(readToml(content)).filter((table) => table in theirs);
  if (taken.length > 0) throw new Unmergeable(`it has its own [${taken.join('], [')}]`);
}

function checkVariables(text: string, content: string): void {
  const names = (of: string) => [...of.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gm)].map(([, name]) => name);
  const theirs = names(text);
  const taken = names(content).filter((name) => theirs.includes(name));
  if (taken.length > 0) throw new Unmergeable(`it sets ${taken.join(', ')} itself`);
}

function readToml(text: string): object {
  try {
    return parseToml(text);
  } catch (error) {
    throw new Unmergeable(`it is not valid TOML (${error instanceof Error ? error.message.split('\n')[0] : error})`);
  }
}
