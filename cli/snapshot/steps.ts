import { chmodSync, mkdirSync, readdirSync, renameSync, rmdirSync, type Stats, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { touchedOne } from './collect.ts';
import type { Change } from './restore-plan.ts';
import { hasRealParents, statsOf } from './workspace.ts';

/** The numbers by which a file is known to be the one that the undoing snapshot holds. */
interface Marks {
  ino: number;
  size: number;
  mtimeMs: number;
  ctimeMs: number;
}

/** One thing to do in the folder. Each may be done again after it was done: that changes nothing. */
export type Step =
  | { type: 'delete'; path: string; old: Marks }
  /** `staged` is the file's name among those that were gathered. */
  | { type: 'put'; path: string; staged: string; old?: Marks }
  | { type: 'mode'; path: string; mode: number; old: Marks };

/** The steps of a plan; what it puts into place lies gathered under its number in the plan. */
export const stepsOf = (changes: readonly Change[]): Step[] =>
  changes.map((change, index): Step => {
    const { type, path } = change;
    if (type === 'delete') return { type, path, old: marksOf(change.old.stats) };
    if (type === 'mode')
      return { type, path, mode: change.entry.type === 'file' ? change.entry.mode : 0, old: marksOf(change.old.stats) };
    return { type: 'put', path, staged: String(index), old: change.old && marksOf(change.old.stats) };
  });

/** Does all steps; what could not be done is told, a sentence each, and the rest is done all the same. */
export function doSteps(root: string, staging: string, steps: readonly Step[]): string[] {
  const problems: string[] = [];
  const attempt = (step: Step, run: () => string | null) => {
    touchedOne();
    try {
      const problem = run();
      if (problem) problems.push(`${step.path} ${problem}`);
    } catch (error) {
      problems.push(`${step.path} could not be restored (${error instanceof Error ? error.message : error}).`);
    }
  };
  const deletes = steps.filter((step) => step.type === 'delete');
  for (const step of deletes) attempt(step, () => remove(root, step));
  // What was a folder may become a file now.
  for (const step of steps) if (step.type === 'put') attempt(step, () => put(root, staging, step));
  for (const step of steps) if (step.type === 'mode') attempt(step, () => changeMode(root, step));
  for (const folder of new Set(deletes.map(({ path }) => dirname(path)))) removeEmpty(root, folder);
  return problems;
}

const changedSince = 'was changed while this restore was under way; it stays as it is.';

function remove(root: string, { path, old }: Extract<Step, { type: 'delete' }>): string | null {
  const now = statsHere(root, path);
  // Done before, and what belongs in its place may be there already: a folder, where it was a file.
  if (!now || now.isDirectory()) return null;
  if (!isSame(now, old)) return changedSince;
  unlinkSync(join(root, path));
  return null;
}

function put(root: string, staging: string, { path, staged, old }: Extract<Step, { type: 'put' }>): string | null {
  const from = join(root, staging, staged);
  // It is in its place already.
  if (!statsOf(from)) return null;
  const now = statsHere(root, path);
  if (now?.isDirectory()) removeEmptyBelow(join(root, path));
  else if (now && !(old && isSame(now, old))) return changedSince;
  makeFolders(root, dirname(path));
  renameSync(from, join(root, path));
  return null;
}

function changeMode(root: string, { path, mode, old }: Extract<Step, { type: 'mode' }>): string | null {
  const now = statsHere(root, path);
  if (now && (now.mode & 0o777) === mode) return null;
  if (!now?.isFile() || !isSame(now, old)) return changedSince;
  chmodSync(join(root, path), mode);
  return null;
}

/** Nothing is there where a link leads out of the folder's own folders. */
const statsHere = (root: string, path: string): Stats | undefined =>
  hasRealParents(root, path) ? statsOf(join(root, path)) : undefined;

function isSame(now: Stats, { ino, size, mtimeMs, ctimeMs }: Marks): boolean {
  return now.ino === ino && now.size === size && now.mtimeMs === mtimeMs && now.ctimeMs === ctimeMs;
}

const marksOf = ({ ino, size, mtimeMs, ctimeMs }: Stats): Marks => ({ ino, size, mtimeMs, ctimeMs });

/** One after the other, because making them all at once would go through a link on the way. */
function makeFolders(root: string, folder: string): void {
  if (folder === '.') return;
  const stats = statsOf(join(root, folder));
  if (stats?.isDirectory() && hasRealParents(root, folder)) return;
  makeFolders(root, dirname(folder));
  if (stats) throw new Error(`${folder} is no folder`);
  mkdirSync(join(root, folder));
}

/** A folder that is in the way has nothing but folders in it: the plan saw to that. */
function removeEmptyBelow(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmptyBelow(join(folder, entry.name));
  rmdirSync(folder);
}

/** Git keeps no empty folders, and neither does a snapshot: those that were emptied here go. */
function removeEmpty(root: string, folder: string): void {
  if (folder === '.' || !hasRealParents(root, folder)) return;
  try {
    rmdirSync(join(root, folder));
  } catch {
    return;
  }
  removeEmpty(root, dirname(folder));
}
