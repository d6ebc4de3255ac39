import type { Control, SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { Rule } from '../../wire/rule.ts';
import type { FileCollision } from '../../wire/session.ts';
import { targetOf } from './call-target.ts';
import type { Draft, SessionFacts } from './draft.ts';
import { misses } from './limits/rules.ts';
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
  title: string;
}

/** Who else is in a file, in words. */
export const collisionWords = ({ title, path }: Pick<Encounter, 'title' | 'path'>): string =>
  `${title === '' ? 'Another session' : `“${title}”`} edits ${path}, too`;

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
  return { control, text: collisionWords({ title, path }) };
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
  const asking = rules.filter(({ collision }) => collision === true);
  if (asking.length === 0) return [];
  const files = drafts.flatMap((draft) => {
    if (draft.late || !asking.some((rule) => mayMatch(rule, draft, place))) return [];
    return filesOf(placeWith(place, draft.facts), draft);
  });
  return [...new Set(files)].slice(0, limits.maxTouchesRemembered);
}

/** Whether a rule would hold if somebody else were in the call's files. What the call costs is judged later. */
function mayMatch(rule: Rule, { type, tool = '', input, facts }: Draft, place: Workplace): boolean {
  if (type !== (rule.on === 'call' ? 'tool.started' : 'permission.requested')) return false;
  const { command, paths } = targetOf(tool, input, placeWith(place, facts).cwd);
  const call = { moment: rule.on, tool, command, paths, costMicroUsd: Number.POSITIVE_INFINITY, collides: true };
  return misses(rule, call) === undefined;
}

/** Whom a call would meet: the first live session that touched one of the files it changes. */
export function metIn(place: Workplace, draft: Draft, found: readonly FoundTouch[]): FoundTouch | undefined {
  if (found.length === 0) return undefined;
  const files = filesOf(placeWith(place, draft.facts), draft);
  return found.find(({ file }) => files.includes(file));
}

/** The place as the call itself tells it: its facts are taken with it, not before. */
const placeWith = ({ owner, cwd, root, repository }: Workplace, facts: SessionFacts = {}): Workplace => ({
  owner,
  cwd: facts.cwd ?? cwd,
  root: facts.root ?? root ?? facts.cwd ?? null,
  repository: facts.repository ?? repository,
});
