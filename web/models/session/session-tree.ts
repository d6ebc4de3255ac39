import { computed, createModel, signal } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionTree, TreeNode } from '../../../wire/session-tree.ts';
import { asError } from '../as-error.ts';

/** A session of the tree as its row is drawn. */
export interface TreeRow {
  node: TreeNode;
  /** From 1, the root's. */
  level: number;
  /** Whether a line goes on below, for each of its ancestors but the root's own, and last for itself. */
  lines: readonly boolean[];
}

/** The family of a session, from its root on, as it stands now. */
export const SessionTreeModel = createModel((ports: { tree(): Promise<SessionTree> }) => {
  const nodes = signal<readonly TreeNode[]>([]);
  const isCut = signal(false);
  const failure = signal<Error | null>(null);
  /** Only what was asked for last is written. */
  let asked = 0;
  let pending = 0;
  /** What the feed told while a tree was being read, which may not know it yet. */
  let told: FeedFrame[] = [];

  const put = (session: SessionSummary) => {
    const known = nodes.peek().find(({ id }) => id === session.id);
    const isKin = known !== undefined || nodes.peek().some(({ id }) => id === session.parentId);
    if (!isKin || (known && known.lastSeq > session.lastSeq)) return;
    // A deleted parent has left its children as roots.
    const parentId = known ? known.parentId : session.parentId;
    nodes.value = [...nodes.peek().filter(({ id }) => id !== session.id), { ...nodeOf(session), parentId }];
  };

  const remove = (sessionId: string) => {
    if (!nodes.peek().some(({ id }) => id === sessionId)) return;
    nodes.value = nodes
      .peek()
      .filter(({ id }) => id !== sessionId)
      .map((node) => (node.parentId === sessionId ? { ...node, parentId: null } : node));
  };
  const take = (frame: FeedFrame) => {
    if (frame.type === 'session') put(frame.session);
    if (frame.type === 'deleted') remove(frame.sessionId);
  };

  return {
    rows: computed(() => treeRows(nodes.value)),
    isCut: computed(() => isCut.value),
    failure: computed(() => failure.value),
    async load() {
      asked += 1;
      const mine = asked;
      pending += 1;
      try {
        const tree = await ports.tree();
        if (mine !== asked) return;
        nodes.value = tree.nodes;
        for (const frame of told) take(frame);
        isCut.value = tree.isCut;
        failure.value = null;
      } catch (error) {
        if (mine === asked) failure.value = asError(error);
      } finally {
        pending -= 1;
        if (pending === 0) told = [];
      }
    },
    apply(frame: FeedFrame) {
      if (pending > 0) told.push(frame);
      take(frame);
    },
  };
});

function nodeOf({
  id,
  parentId,
  title,
  agent,
  status,
  costMicroUsd,
  startedAt,
  endedAt,
  lastSeq,
  outcome,
  branch,
}: SessionSummary) {
  return { id, parentId, title, agent, status, costMicroUsd, startedAt, endedAt, lastSeq, outcome, branch } satisfies TreeNode;
}

/** The rows of a tree: each session before its children, and those by when they came to be. */
export function treeRows(nodes: readonly TreeNode[]): TreeRow[] {
  const children = Map.groupBy(nodes, ({ parentId }) => parentId);
  const rows: TreeRow[] = [];
  const add = (parentId: string | null, level: number, lines: readonly boolean[]) => {
    const siblings = [...(children.get(parentId) ?? [])].sort(byAge);
    for (const [index, node] of siblings.entries()) {
      const own = level === 1 ? [] : [...lines, index < siblings.length - 1];
      rows.push({ node, level, lines: own });
      add(node.id, level + 1, own);
    }
  };
  add(null, 1, []);
  return rows;
}

const byAge = (a: TreeNode, b: TreeNode): number => beganAt(a) - beganAt(b) || (a.id < b.id ? -1 : 1);

/** A branch starts later than it is made; nothing moves when it does. */
const beganAt = ({ branch, startedAt }: TreeNode): number => Date.parse(branch?.madeAt ?? startedAt);

/** A line in front of a row's title, as it is drawn. */
export interface NearLine {
  goesOn: boolean;
  /** The one that turns to the row. */
  isOwn: boolean;
  /** A phone has no room for it. */
  isFar: boolean;
}

const maxLines = 6;
const maxLinesOnPhone = 4;

/** The lines next to a row: deep down, all of them would leave its title no room. */
export function nearLines(lines: TreeRow['lines']): NearLine[] {
  const near = lines.slice(-maxLines);
  return near.map((goesOn, index) => ({
    goesOn,
    isOwn: index === near.length - 1,
    isFar: index < near.length - maxLinesOnPhone,
  }));
}

/** Where a key leads from a row of the tree; null where it leads nowhere. */
export function walk(rows: readonly TreeRow[], from: number, key: string): number | null {
  const row = rows[from];
  if (!row) return null;
  const at = (index: number) => (rows[index] ? index : null);
  switch (key) {
    case 'ArrowDown':
      return at(from + 1);
    case 'ArrowUp':
      return at(from - 1);
    case 'ArrowLeft':
      return at(rows.findIndex(({ node }) => node.id === row.node.parentId));
    case 'ArrowRight':
      return rows[from + 1]?.node.parentId === row.node.id ? from + 1 : null;
    case 'Home':
      return at(0);
    case 'End':
      return at(rows.length - 1);
    default:
      return null;
  }
}

/** What a family cost together, micro-dollars. */
export const treeCost = (rows: readonly TreeRow[]): number => rows.reduce((sum, { node }) => sum + node.costMicroUsd, 0);
