import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isThere, writePrivately } from '../config.ts';
import { Failure } from '../failure.ts';
import { readText } from '../settings/receipt.ts';
import { stateOf } from './state.ts';
import type { Step } from './steps.ts';
import { stagingPrefix } from './workspace.ts';

/** A restore that is under way. While it gathers nothing in the folder has changed; once it has its steps they are all going to be done. */
export interface Journal {
  root: string;
  pid: number;
  /** Ours, below the root. */
  staging: string;
  /** From the moment on at which everything is there. */
  steps?: Step[];
  undoId?: string;
}

const heartbeatMs = 2000;
/** A process id without a heartbeat for so long belongs to another program by now. Reading one large file may take long, too. */
const staleMs = 120_000;

const fileOf = (root: string): string => join(stateOf(root), 'restore.json');

/** Begins a restore of a folder, alone. The caller ends it. */
export function beginJournal(root: string): Journal {
  const staging = `${stagingPrefix}-${crypto.randomUUID().slice(0, 8)}`;
  const journal: Journal = { root, pid: process.pid, staging };
  mkdirSync(stateOf(root), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(fileOf(root), JSON.stringify(journal), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw isThere(error) ? underWay(root) : error;
  }
  return journal;
}

/** From here on there is no way back, only forward. */
export const commitJournal = (journal: Journal): void => writePrivately(fileOf(journal.root), JSON.stringify(journal));

/** The folder's interrupted restore, null where there is none. Throws a Failure where one is at work. */
export function interrupted(root: string): Journal | null {
  const text = readText(fileOf(root));
  if (text === null) return null;
  const journal = parsed(text);
  // One that was killed while it wrote this had nothing else, and has left nothing behind.
  if (!journal) {
    rmSync(fileOf(root), { force: true });
    return null;
  }
  if (isAlive(journal.pid) && Date.now() - statSync(fileOf(root)).mtimeMs < staleMs) throw underWay(root);
  return journal;
}

/** The folder is free again; what was gathered and not used goes. */
export function endJournal({ root, staging }: Journal): void {
  rmSync(join(root, staging), { recursive: true, force: true });
  rmSync(fileOf(root), { force: true });
}

/** Tells others that we are still at it; ends with the returned call. */
export function keepAlive(root: string): () => void {
  const file = fileOf(root);
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), heartbeatMs);
  return () => clearInterval(beat);
}

const underWay = (root: string): Failure => new Failure(`A restore of ${root} is under way. Wait until it has ended.`);

function parsed(text: string): Journal | null {
  try {
    return JSON.parse(text) as Journal; // Ours alone.
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
