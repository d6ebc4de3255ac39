import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionTree, TreeNode } from '../../../wire/session-tree.ts';
import { parentsIn } from './parents.ts';

/** A family as one reads it: each session before its children, and those by when they came to be. `self` is among them however many there are. */
export function treeOf(family: readonly SessionSummary[], self: SessionSummary): SessionTree {
  const others = family.filter(({ id }) => id !== self.id);
  const shown = [self, ...others.slice(0, limits.maxTreeSessions - 1)];
  const known = new Set(shown.map(({ id }) => id));
  // Imports, one after the other, can make sessions each other's ancestors: `self` comes last, so that it is the one to begin with.
  const parents = parentsIn(
    shown.toReversed().map(({ id, parentId }) => ({ id, parentId: parentId !== null && known.has(parentId) ? parentId : null })),
  );
  const parentOf = ({ id }: SessionSummary): string | null => parents.get(id) ?? null;
  const children = Map.groupBy(shown, parentOf);
  const nodes: TreeNode[] = [];
  // A parent that was deleted, or is not shown, leaves its children as roots.
  const waiting = inOrder(children.get(null) ?? []).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    nodes.push(nodeOf(next, parentOf(next)));
    waiting.push(...inOrder(children.get(next.id) ?? []).reverse());
  }
  return { nodes, isCut: others.length >= limits.maxTreeSessions };
}

const inOrder = (sessions: readonly SessionSummary[]): SessionSummary[] =>
  [...sessions].sort((a, b) => beganAt(a) - beganAt(b) || (a.id < b.id ? -1 : 1));

/** A branch starts later than it is made, and keeps its place in the tree. */
const beganAt = ({ branch, startedAt }: SessionSummary): number => Date.parse(branch?.madeAt ?? startedAt);

function nodeOf(session: SessionSummary, parentId: string | null): TreeNode {
  const { id, title, agent, status, costMicroUsd, startedAt, endedAt, lastSeq, outcome, branch } = session;
  return {
    ...{ id, parentId, title, agent, status, costMicroUsd, startedAt, endedAt, lastSeq },
    ...(outcome !== undefined && { outcome }),
    ...(branch && { branch }),
  };
}
