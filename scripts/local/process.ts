import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether a process has this id now; one that ended but was not yet collected by its parent counts as gone. */
export function isAlive(pid: number): boolean {
  if (hasProc) return /\) [^Z]/.test(ask(pid, 'stat', ''));
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process refuses the question, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line that a process was started with; empty where there is none. */
export const commandOf = (pid: number): string => ask(pid, 'cmdline', 'args=');

/** The parent's process id; 0 where there is none. */
export function parentOf(pid: number): number {
  if (!hasProc) return Number(ask(pid, '', 'ppid='));
  // "pid (name) state ppid …", and a name may hold anything.
  return Number(ask(pid, 'stat', '').split(') ').at(-1)?.split(' ')[1] ?? 0);
}

// Small Linux images have no ps, and a Mac has no /proc.
const hasProc = existsSync('/proc/self/cmdline');

function ask(pid: number, procFile: string, psColumn: string): string {
  try {
    if (hasProc) return readFileSync(`/proc/${pid}/${procFile}`, 'utf8');
    return execFileSync('ps', ['-o', psColumn, '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
