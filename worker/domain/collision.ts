import type { Control, SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { Rule } from '../../wire/rule.ts';
import type { FileCollision } from '../../wire/session.ts';
import type { Draft, SessionFacts } from './draft.ts';
import type { SessionState } from './session-state.ts';
import { filesOf, type Workplace } from './touch.ts';

/** Another session that touched a file. */
export interface Encounter {
  sessionId: string;
  title: string;
  path: string;
}

/** Another live session, and the file by the radar's name for it. */
export interface FoundTouch {
  file: string;
  sessionId: string;
}

/** A session's note that another one touched the same file; undefined where it was noted in this window. */
export function collisionNote(
  { collisions }: Pick<SessionState, 'collisions'>,
  { sessionId, title, path }: Encounter,
  nowMs: number,
): { control: Control; text: string } | undefined {
  const isKnown = collisions.some(
    (known) => known.sessionId === sessionId && known.path === path && Date.parse(known.until) > nowMs,
  );
  if (isKnown) return undefined;
  const control: Control = { action: 'collided', path, otherSessionId: sessionId, ...(title !== '' && { otherTitle: title }) };
  return { control, text: `${title === '' ? 'another session' : `“${title}”`} edits ${path}, too` };
}

/** Whom a session meets in its files after an event. Over for it is over for all. */
export function collisionsAfter(
  { collisions }: Pick<SessionState, 'collisions'>,
  { control }: SessionEvent,
  isOver: boolean,
  atMs: number,
): FileCollision[] {
  if (isOver) return collisions.length === 0 ? collisions : [];
  const isPast = ({ until }: FileCollision) => Date.parse(until) <= atMs;
  const known = collisions.some(isPast) ? collisions.filter((collision) => !isPast(collision)) : collisions;
  if (control?.action !== 'collided' || !control.otherSessionId || control.path === undefined) return known;
  const { otherSessionId: sessionId, path, otherTitle: title = '' } = control;
  const others = known.filter((other) => other.sessionId !== sessionId || other.path !== path);
  const until = new Date(atMs + limits.collisionWindowMs).toISOString();
  return [...others, { sessionId, title, path, until }].slice(-limits.maxCollisions);
}

/** A session that is over meets nobody. The same list where it was not met. */
export const without = (collisions: FileCollision[], otherId: string): FileCollision[] =>
  collisions.some(({ sessionId }) => sessionId === otherId)
    ? collisions.filter(({ sessionId }) => sessionId !== otherId)
    : collisions;

/** The files that the radar has to be asked about before these drafts can be judged: none without a rule that wants to know. */
export function watchedFiles(place: Workplace, drafts: readonly Draft[], rules: readonly Rule[]): string[] {
  const wants = (on: Rule['on']) => rules.some((rule) => rule.collision === true && rule.on === on);
  const files = drafts.flatMap((draft) => {
    if (draft.late) return [];
    const isAsked =
      (draft.type === 'tool.started' && wants('call')) || (draft.type === 'permission.requested' && wants('permission'));
    return isAsked ? filesOf(placeWith(place, draft.facts), draft) : [];
  });
  return [...new Set(files)].slice(0, limits.maxTouchesRemembered);
}

/** Whether a call would change a file that another live session touched. */
export function collides(place: Workplace, draft: Draft, found: readonly FoundTouch[]): boolean {
  if (found.length === 0) return false;
  const files = filesOf(placeWith(place, draft.facts), draft);
  return found.some(({ file }) => files.includes(file));
}

/** The place as the call itself tells it: its facts are taken with it, not before. */
const placeWith = ({ owner, cwd, root, repository }: Workplace, facts: SessionFacts = {}): Workplace => ({
  owner,
  cwd: facts.cwd ?? cwd,
  root: facts.root ?? root ?? facts.cwd ?? null,
  repository: facts.repository ?? repository,
});
