import { computed, createModel, signal } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { SessionPage, SessionSummary } from '../../../wire/session.ts';
import type { SessionTree, TreeNode } from '../../../wire/session-tree.ts';
import type { Snapshot, SnapshotList } from '../../../wire/snapshot.ts';
import { itemList, withItem } from '../item-list.ts';

export interface CompareChoicesPorts {
  sessions(cursor: string | undefined): Promise<SessionPage>;
  session(id: string): Promise<SessionSummary>;
  tree(id: string): Promise<SessionTree>;
  snapshot(id: string): Promise<Snapshot>;
  snapshots(sessionId: string, cursor: string | undefined): Promise<SnapshotList>;
}

/**
 * What the side that is chosen can be compared with: a snapshot with the others of its session, either with its family, and with all
 * sessions, whatever the list of sessions is filtered by.
 */
export const CompareChoicesModel = createModel((chosen: string, ports: CompareChoicesPorts) => {
  const sessions = itemList<SessionSummary>((cursor) => ports.sessions(cursor));
  const session = signal<SessionSummary | null>(null);
  const tree = signal<readonly TreeNode[]>([]);
  const snapshot = signal<Snapshot | null>(null);
  const snapshots = itemList<Snapshot>(async (cursor) => {
    const sessionId = snapshot.peek()?.sessionId;
    return sessionId === undefined ? { items: [], nextCursor: null } : ports.snapshots(sessionId, cursor);
  });

  // Only its name and its family are missing where this fails; comparing says what is wrong.
  const readSession = async (id: string) => {
    const [found, family] = await Promise.allSettled([ports.session(id), ports.tree(id)]);
    if (found.status === 'fulfilled') session.value = found.value;
    if (family.status === 'fulfilled') tree.value = family.value.nodes;
  };
  const readSnapshot = async (id: string) => {
    const found = await ports.snapshot(id).catch(() => null);
    if (!found) return;
    snapshot.value = found;
    await Promise.all([snapshots.load(), readSession(found.sessionId)]);
  };
  const readChosen = async () => {
    if (chosen.startsWith('ses_')) await readSession(chosen);
    if (chosen.startsWith('snp_')) await readSnapshot(chosen);
  };

  return {
    sessions,
    /** Those of the session that the chosen snapshot is of; none beside a session. */
    snapshots,
    /** The session that is chosen, or that the chosen snapshot is of; null until it is known. */
    session: computed(() => session.value),
    tree: computed(() => tree.value),
    /** The snapshot that is chosen. */
    snapshot: computed(() => snapshot.value),
    async load() {
      await Promise.all([sessions.load(), readChosen()]);
    },
    /** Keeps how they stand true, and what is new first. */
    apply(frame: FeedFrame) {
      if (frame.type === 'deleted') {
        if (sessions.items.peek()) sessions.update((all) => all.filter(({ id }) => id !== frame.sessionId));
        tree.value = tree.peek().filter(({ id }) => id !== frame.sessionId);
      }
      if (frame.type !== 'session') return;
      const { id, title, status, costMicroUsd } = frame.session;
      const known = sessions.items.peek();
      if (known)
        sessions.update(() => (known.some((one) => one.id === id) ? withItem(known, frame.session) : [frame.session, ...known]));
      tree.value = tree.peek().map((node) => (node.id === id ? { ...node, title, status, costMicroUsd } : node));
      if (session.peek()?.id === id) session.value = frame.session;
    },
  };
});
