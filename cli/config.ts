import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NativeAgent } from '../wire/agent.ts';
import type { FailMode } from '../wire/organization-limits.ts';
import { configFile } from './paths.ts';

/** How one agent on this machine reaches Flightdeck. */
export interface Connection {
  url: string;
  /** The ingest token that the hook command sends. */
  token: string;
  tokenId: string;
  projectId: string;
  project: string;
  flavour: 'command' | 'http';
  /** What a question is answered while Flightdeck is out of reach, where this machine overrides its project's rule. */
  fail?: FailMode;
  /** How long a hook may wait for an answer. */
  waitMs: number;
}

export interface Config {
  url?: string;
  apiToken?: string;
  apiTokenId?: string;
  organizationId?: string;
  organization?: string;
  email?: string;
  connections: Partial<Record<NativeAgent, Connection>>;
}

/** The settings of this person on this machine; empty ones where there are none yet. Throws what JSON.parse says of a broken file. */
export function readConfig(file = configFile()): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { connections: {} };
    throw error;
  }
  // Written by us alone; `doctor` reports one that somebody else has changed.
  const config = JSON.parse(text) as Partial<Config>;
  return { ...config, connections: config.connections ?? {} };
}

export const writeConfig = (config: Config, file = configFile()): void =>
  writePrivately(file, `${JSON.stringify(config, null, 2)}\n`);

/** Writes a file that holds secrets, whole or not at all. */
export function writePrivately(file: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, mode);
  renameSync(draft, file);
}

export const isMissing = (error: unknown): boolean => isCoded(error, 'ENOENT');

/** What is made only where there is none was there already. */
export const isThere = (error: unknown): boolean => isCoded(error, 'EEXIST');

const isCoded = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
