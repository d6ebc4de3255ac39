import type { ChildProcess } from 'node:child_process';

/** Sends a signal to a program that has a group of its own, and to what it has started; nothing where it has ended. */
export function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It ended this moment.
  }
}
