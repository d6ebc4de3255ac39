import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isPortFree } from './port.ts';
import { commandOf, isAlive } from './process.ts';

interface Lock {
  pid: number;
  url: string;
  /** The runtime, our child, which outlives us when we are killed. */
  runtimePid?: number;
}

/** Whoever serves this state folder now, or null; a runtime that a killed server left behind is ended first. */
export async function takeOver(stateDir: string): Promise<Lock | null> {
  const lock = read(stateDir);
  if (!lock) return null;
  if (runs(lock.pid, 'start')) return lock;
  const { runtimePid } = lock;
  if (runtimePid && runs(runtimePid, 'workerd')) {
    process.kill(runtimePid, 'SIGKILL');
    while (isAlive(runtimePid)) await setTimeout(20);
    await whenFree(Number(new URL(lock.url).port));
  }
  release(stateDir);
  return null;
}

/** A process that counts as gone may have threads that still end, and holds its port as long. Whatever else uses it keeps it. */
async function whenFree(port: number): Promise<void> {
  const untilMs = Date.now() + 5000;
  while (Date.now() < untilMs && !(await isPortFree(port))) await setTimeout(20);
}

/** Notes who serves the folder: of two servers on the same databases, each would miss the other's events. */
export function hold(stateDir: string, lock: Lock): void {
  writeFileSync(file(stateDir), JSON.stringify(lock));
}

export function release(stateDir: string): void {
  rmSync(file(stateDir), { force: true });
}

const file = (stateDir: string) => join(stateDir, 'server.json');

function read(stateDir: string): Lock | null {
  try {
    return JSON.parse(readFileSync(file(stateDir), 'utf8')) as Lock;
  } catch {
    return null;
  }
}

/** Process ids are used again, so that the command has to be right as well. */
const runs = (pid: number, word: string) => isAlive(pid) && commandOf(pid).includes(word);
