import type { BranchOrigin, NewBranch } from '../../../wire/branch.ts';
import type { Control } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Snapshot } from '../../../wire/snapshot.ts';
import { clip } from '../clip.ts';
import type { Draft } from '../draft.ts';

type Parent = Pick<SessionSummary, 'id' | 'title' | 'status' | 'lastSeq' | 'branch'>;
type Person = NonNullable<Control['by']>;

/** The event that a branch builds on, or which field of the wish is wrong and why. */
export type BranchPoint = { ok: true; fromSeq: number } | { ok: false; path: string; message: string };

/** `snapshot` is the one that was asked for. A branch may begin with the files that its parent began with itself. */
export function branchPoint(parent: Parent, wish: Pick<NewBranch, 'seq'>, snapshot: Snapshot | undefined): BranchPoint {
  const isParents = snapshot?.sessionId === parent.id;
  if (snapshot && !isParents && snapshot.id !== parent.branch?.snapshotId)
    return { ok: false, path: 'snapshotId', message: 'That snapshot is of another session: branch off that one.' };
  const fromSeq = wish.seq ?? (isParents ? snapshot?.seq : undefined) ?? parent.lastSeq;
  if (fromSeq > parent.lastSeq) return { ok: false, path: 'seq', message: `The session has only ${parent.lastSeq} events.` };
  // A snapshot may be older than the first event.
  return { ok: true, fromSeq: Math.max(1, fromSeq) };
}

/** Why nothing can branch off a session; undefined where something can. */
export function branchRefusal({ status, branch }: Parent): string | undefined {
  if (status !== 'queued') return undefined;
  return branch
    ? 'This branch was not started yet: start it, or branch off its parent.'
    : 'This session has not begun yet: wait until a machine has started it.';
}

/** The first event of a branch: what it is, before its agent says a word. */
export function branchedDraft(parent: Parent, branch: BranchOrigin, by: Person): Draft {
  const { id: parentId, title } = parent;
  const named = branch.name === null ? {} : { title: branch.name };
  const facts = { title: clip(`Branch of ${title || 'a session without a title'}`, limits.maxTitleLength) };
  const control: Control = { action: 'branched', by, parentId, branch, ...named };
  return {
    type: 'control',
    hook: 'flightdeck',
    control,
    facts,
    text: `branched off “${title}” at event ${branch.fromSeq}`,
  };
}

/** The same in its parent's log; telling it twice is telling it once. */
export function branchMadeDraft(childId: string, branch: BranchOrigin, by: Person): Draft {
  const key = `branch:${childId}`;
  const control: Control = { action: 'branch_made', by, childId, branch };
  const name = branch.name === null ? 'a branch' : `the branch “${branch.name}”`;
  return { type: 'control', hook: 'flightdeck', key, control, text: `${by.name} made ${name} from event ${branch.fromSeq}` };
}
