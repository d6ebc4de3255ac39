import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SnapshotReason } from '../../wire/snapshot.ts';
import type { SnapshotRules } from '../../wire/snapshot-rules.ts';
import { readNote, writeNote } from './note.ts';

/** Sessions of which is remembered when they were last kept. */
const maxTimes = 50;

const rulesFile = (root: string): string => join(root, 'snapshots');
const timesFile = (root: string): string => join(root, 'snapshot-times');

/** Keeps what the server says of its project's rules; where it says nothing there are none. */
export function rememberSnapshotRules(root: string, told: unknown): void {
  const text = told === undefined ? undefined : JSON.stringify(told);
  if (text === readNote(rulesFile(root))) return;
  if (text === undefined) remove(rulesFile(root));
  else writeNote(rulesFile(root), text);
}

/** The rules as the server last told them; undefined where there are none. */
export function snapshotRules(root: string): SnapshotRules | undefined {
  const text = readNote(rulesFile(root));
  try {
    // Written by us alone, as the server's schema has it.
    return text === undefined ? undefined : (JSON.parse(text) as SnapshotRules);
  } catch {
    return undefined;
  }
}

export interface Moment {
  sessionId: string;
  hook: string;
  tool: unknown;
  nowMs: number;
}

const calls = new Set(['PreToolUse', 'BeforeTool']);

/**
 * Why the workspace is to be kept at this hook; undefined where it is not. By the clock, the first hook of a session only begins to
 * count.
 */
export function dueSnapshot(
  rules: SnapshotRules,
  { hook, tool, nowMs }: Moment,
  lastMs: number | undefined,
): SnapshotReason | undefined {
  if (rules.atStart && hook === 'SessionStart') return 'start';
  if (rules.atEnd && hook === 'SessionEnd') return 'end';
  if (calls.has(hook) && typeof tool === 'string' && rules.beforeTools.some((pattern) => isNamed(pattern, tool))) return 'rule';
  if (rules.everyMinutes === null || lastMs === undefined) return undefined;
  return nowMs - lastMs >= rules.everyMinutes * 60_000 ? 'interval' : undefined;
}

/** When a session's workspace was last kept, or began to be counted. */
export const lastKeptMs = (root: string, sessionId: string): number | undefined =>
  timesIn(root).find(([id]) => id === sessionId)?.[1];

export function noteKept(root: string, sessionId: string, nowMs: number): void {
  const others = timesIn(root).filter(([id]) => id !== sessionId);
  writeNote(timesFile(root), JSON.stringify([[sessionId, nowMs], ...others].slice(0, maxTimes)));
}

function timesIn(root: string): [string, number][] {
  try {
    // Written by `noteKept` alone.
    return JSON.parse(readNote(timesFile(root)) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}

/** Whether a tool is meant: `*` stands for anything. */
function isNamed(pattern: string, tool: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return tool === pattern;
  const last = rest.pop() ?? '';
  if (!tool.startsWith(first) || tool.length < first.length + last.length || !tool.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = tool.indexOf(part, at);
    if (found < 0 || found + part.length > tool.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What cannot be deleted now is told anew with the next answer.
  }
}
