import { realpathSync, statSync, unlinkSync } from 'node:fs';
import { writePrivately } from '../config.ts';
import { localPath } from '../paths.ts';
import { readText } from './receipt.ts';
import { type FileReceipt, holds, merge, unmerge, type WantedFile } from './settings-file.ts';

/** A change to one file, not made yet. `text` null takes the file away. */
export interface Change {
  file: string;
  from: string | null;
  text: string | null;
}

export interface Plan {
  changes: Change[];
  receipts: FileReceipt[];
  /** Files that a person has to do by hand, and why. */
  refused: { file: string; why: string; content: string }[];
}

/**
 * What connecting does to this machine's files. What an earlier connection put in is taken out first; where that put in the very same,
 * nothing changes, wherever its owner has moved it.
 */
export function planConnect(wanted: readonly WantedFile[], earlier: readonly FileReceipt[]): Plan {
  const plan: Plan = { changes: [], receipts: [], refused: [] };
  for (const want of wanted) {
    const file = localPath(want.path);
    const from = readText(file);
    const old = earlier.find(({ path }) => path === want.path);
    const base = old ? unmerge(old, from) : from;
    const merged = merge(want, base);
    if (!merged.ok) {
      plan.refused.push({ file, why: merged.why, content: want.content });
      if (old) plan.changes.push({ file, from, text: base });
      continue;
    }
    const { receipt } = merged;
    if (old && holds(old, from) && isSame(old, receipt)) {
      plan.receipts.push(old);
      continue;
    }
    plan.receipts.push(receipt);
    plan.changes.push({ file, from, text: receipt.after });
  }
  const gone = earlier.filter(({ path }) => !wanted.some((want) => want.path === path));
  plan.changes.push(...planDisconnect(gone));
  plan.changes = plan.changes.filter(({ from, text }) => from !== text);
  return plan;
}

/** What disconnecting does. */
export function planDisconnect(receipts: readonly FileReceipt[]): Change[] {
  return receipts
    .map((receipt) => {
      const file = localPath(receipt.path);
      const from = readText(file);
      return { file, from, text: unmerge(receipt, from) };
    })
    .filter(({ from, text }) => from !== text);
}

/** Makes the changes. Ours hold tokens: a new file is for its owner alone, an old one keeps who may read it. */
export function apply(changes: readonly Change[]): void {
  for (const { file, text } of changes) {
    const { path, mode } = target(file);
    if (text === null) unlinkSync(path);
    else writePrivately(path, text, mode);
  }
}

const backupOf = (file: string): string => `${file}.before-flightdeck`;

/** Keeps what was there before us beside the file, and says where; null where there was nothing. */
export function backUp({ file, from }: Change, before: string | null): string | null {
  if (from === null || before === null) return null;
  const backup = backupOf(file);
  if (readText(backup) === null) writePrivately(backup, before);
  return backup;
}

export function removeBackup(file: string): void {
  if (readText(backupOf(file)) !== null) unlinkSync(backupOf(file));
}

/** People keep their settings in a repository and link to it: the link stays. */
function target(file: string): { path: string; mode: number } {
  try {
    const path = realpathSync(file);
    return { path, mode: statSync(path).mode & 0o777 };
  } catch {
    return { path: file, mode: 0o600 };
  }
}

const isSame = (a: FileReceipt, b: FileReceipt): boolean => JSON.stringify(put(a)) === JSON.stringify(put(b));

const put = ({ json, block }: FileReceipt) => [json?.hooks, json?.values.map(({ path, value }) => [path, value]), block?.trim()];
