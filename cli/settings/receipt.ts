import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeAgent } from '../../wire/agent.ts';
import { isMissing, writePrivately } from '../config.ts';
import { stateFolder } from '../paths.ts';
import type { FileReceipt } from './settings-file.ts';

/** What `connect` put into an agent's files. It holds what stood there before, so only its owner may read it. */
export interface Receipt {
  command: string;
  files: FileReceipt[];
}

const fileOf = (agent: NativeAgent): string => join(stateFolder(), 'connected', `${agent}.json`);

/** Null where `connect` has put in nothing. */
export function readReceipt(agent: NativeAgent): Receipt | null {
  const text = readText(fileOf(agent));
  // Ours alone.
  return text === null ? null : (JSON.parse(text) as Receipt);
}

export const writeReceipt = (agent: NativeAgent, receipt: Receipt): void =>
  writePrivately(fileOf(agent), JSON.stringify(receipt, null, 2));

export function removeReceipt(agent: NativeAgent): void {
  try {
    unlinkSync(fileOf(agent));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** A file's text, null where there is none. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
