import { join } from 'node:path';
import type { FailMode } from '../../wire/organization-limits.ts';
import type { Connection } from '../config.ts';
import { readNote, writeNote } from './note.ts';

/** What a question is answered while nobody can be asked, and who said so. */
export interface FailRule {
  fail: FailMode;
  /** `here`: `connect --fail`. `project`: the server, when it was last heard. `nobody`: neither, and then the agent goes on. */
  from: 'here' | 'project' | 'nobody';
}

/** The rule in force. `root` is the connection's spool. */
export function failRule({ fail }: Pick<Connection, 'fail'>, root: string): FailRule {
  if (fail !== undefined) return { fail, from: 'here' };
  const told = toldBefore(root);
  return told ? { fail: told, from: 'project' } : { fail: 'open', from: 'nobody' };
}

/** Keeps what the server says of its project's rule, for when it says nothing any more. */
export function rememberFail(root: string, told: unknown): void {
  if (isMode(told) && toldBefore(root) !== told) writeNote(file(root), told);
}

function toldBefore(root: string): FailMode | undefined {
  const told = readNote(file(root));
  return isMode(told) ? told : undefined;
}

const file = (root: string): string => join(root, 'fail');

const isMode = (value: unknown): value is FailMode => value === 'open' || value === 'closed';
