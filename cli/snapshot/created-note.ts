import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from '../config.ts';
import { readText } from '../settings/receipt.ts';
import { type Change, identityOf } from './restore-plan.ts';
import { stateOf } from './state.ts';

/** Of a folder; an older restore is undone without its note, and leaves what it had created. */
const maxNotes = 50;

const folderOf = (root: string): string => join(stateOf(root), 'created');

/** Notes what a restore is going to create, by the snapshot that undoes it: undoing takes exactly that away again. */
export function noteCreated(root: string, undoId: string, changes: readonly Change[]): void {
  const created = changes.flatMap(({ type, path, entry }) => (type === 'add' ? [[path, identityOf(entry)]] : []));
  const folder = folderOf(root);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const byAge = readdirSync(folder)
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const file of byAge.slice(maxNotes - 1)) rmSync(file);
  writePrivately(fileOf(root, undoId), JSON.stringify(created));
}

/** What the restore that this snapshot undoes has created, by path; empty where there was none, here. */
export function createdBy(root: string, undoId: string): Map<string, string> {
  const text = readText(fileOf(root, undoId));
  return new Map(text === null ? [] : (JSON.parse(text) as [string, string][])); // Ours alone.
}

const fileOf = (root: string, undoId: string): string => join(folderOf(root), `${undoId.replaceAll(/\W/g, '_')}.json`);
