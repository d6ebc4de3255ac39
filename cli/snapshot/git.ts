/** What git prints; undefined where it fails. */
export function git(cwd: string, ...args: string[]): string | undefined {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  // A monitor that the repository's settings name would be a program of somebody else's.
  const { status, stdout } = spawnSync('git', ['-c', 'core.fsmonitor=false', ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

/** The line that git prints; undefined where it fails, or prints nothing. */
export const gitLine = (cwd: string, ...args: string[]): string | undefined => git(cwd, ...args)?.trim() || undefined;
