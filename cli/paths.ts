import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the XDG Base Directory Specification wants a person's settings of ours. */
export const configFile = (): string =>
  join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'flightdeck', 'config.json');

/** Receipts and backups of `connect`, and spooled events. */
export const stateFolder = (): string => join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'flightdeck');

/** A path in `~` notation on this machine; agents whose folder can be moved are asked where it is. */
export function localPath(path: string): string {
  const moved = [
    ['~/.codex', process.env.CODEX_HOME],
    ['~/.claude', process.env.CLAUDE_CONFIG_DIR],
  ] as const;
  for (const [usual, folder] of moved) if (folder && path.startsWith(`${usual}/`)) return folder + path.slice(usual.length);
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
