import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import { targetOf } from './call-target.ts';
import { own } from './own.ts';
import { absolutePath, fromFolder, isAbsolute, plainPath } from './path.ts';
import type { SessionState } from './session-state.ts';

/** Where a session works, as far as it said so. */
export type Workplace = Pick<SessionState, 'cwd' | 'root' | 'repository'> & { owner: Pick<SessionState['owner'], 'userId'> };

/**
 * The files that a call would change, by the names that the radar compares: the repository and the path in it, or, outside of one, the
 * person and the path on their machine. Clones and worktrees of a repository so have the same names for the same files.
 */
export function filesOf(place: Workplace, { tool = '', input }: Pick<SessionEvent, 'tool' | 'input'>): string[] {
  const { paths, touches } = targetOf(tool, input, place.cwd);
  const files = new Set<string>();
  for (const path of touches ? paths : []) {
    const file = fileOf(place, path);
    if (file !== undefined && file.length <= limits.maxTouchedLength) files.add(file);
    if (files.size === limits.maxTouchesPerCall) break;
  }
  return [...files];
}

/** A file's path as people read it. */
export const pathOf = (file: string): string => file.slice(file.indexOf('\n') + 1);

function fileOf({ cwd, root, repository, owner }: Workplace, path: string): string | undefined {
  const whole = absolutePath(path, cwd);
  const inRoot = fromFolder(whole, root);
  const isInside = !isAbsolute(inRoot) && !inRoot.startsWith('..');
  if (repository !== null && isInside) return `${repository.replaceAll('\n', ' ')}\n${inRoot}`;
  return isAbsolute(whole) ? `${owner.userId}\n${whole}` : undefined;
}

/**
 * The repository's root: a hook told which part of the tree it runs in. Undefined where that does not fit the folder, as in one that was
 * reached by a symbolic link.
 */
export function rootOf(cwd: string, prefix: string): string | undefined {
  const folder = plainPath(cwd);
  const below = plainPath(prefix);
  if (below === '') return folder;
  return folder.endsWith(`/${below}`) ? folder.slice(0, -below.length - 1) || '/' : undefined;
}

/**
 * The files that a session touched, each with when the radar was told last: it is told again only after a while, because each telling
 * is a row. What was refused or waits for a person touched nothing yet; what an agent did long ago is no news.
 */
export function touchesAfter(state: SessionState, event: SessionEvent, atMs: number): SessionState['touches'] {
  if (!hasTouched(event) || atMs - Date.parse(event.at) > limits.collisionWindowMs) return state.touches;
  const isDue = (lastMs: number | undefined) => lastMs === undefined || atMs - lastMs >= limits.touchRepeatMs;
  const due = filesOf(state, event).filter((file) => isDue(own(state.touches, file)));
  if (due.length === 0) return state.touches;
  const others = Object.entries(state.touches).filter(([file, lastMs]) => !isDue(lastMs) && !due.includes(file));
  const room = Math.max(0, limits.maxTouchesRemembered - others.length);
  return Object.fromEntries([...others, ...due.slice(0, room).map((file) => [file, atMs] as const)]);
}

function hasTouched({ type, refused, approval, ok }: SessionEvent): boolean {
  if (type === 'tool.started') return refused === undefined && approval === undefined;
  return type === 'tool.finished' && ok !== false;
}

/** What the radar has not been told of. */
export const newTouches = (before: Pick<SessionState, 'touches'>, after: Pick<SessionState, 'touches'>): string[] =>
  before.touches === after.touches
    ? []
    : Object.keys(after.touches).filter((file) => own(before.touches, file) !== own(after.touches, file));
