import type { FileCollision, SessionSummary } from '../../../wire/session.ts';

/** A file that other live sessions edit, too. */
export interface SharedFile {
  path: string;
  others: FileCollision[];
}

/** The files that a session shares with others now, the last found first. */
export function sharedFiles({ collisions = [] }: Pick<SessionSummary, 'collisions'>, nowMs: number): SharedFile[] {
  const byPath = new Map<string, FileCollision[]>();
  for (const collision of collisions.toReversed()) {
    if (Date.parse(collision.until) <= nowMs) continue;
    byPath.set(collision.path, [...(byPath.get(collision.path) ?? []), collision]);
  }
  return [...byPath].map(([path, others]) => ({ path, others }));
}

/** `2 sessions edit src/login.ts`; where it is more than one file, how many. */
export function sharedWords(files: readonly SharedFile[]): string {
  const sessions = new Set(files.flatMap(({ others }) => others.map(({ sessionId }) => sessionId))).size + 1;
  const [first] = files;
  return `${sessions} sessions edit ${files.length === 1 && first ? first.path : `the same ${files.length} files`}`;
}

/** The file's own name, for where there is little room. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
