import { computed, createModel, signal } from '@preact/signals';
import type { SessionPage, SessionSummary } from '../../wire/session.ts';
import type { SessionTree, TreeNode } from '../../wire/session-tree.ts';
import { itemList } from './item-list.ts';

export interface CompareChoicesPorts {
  sessions(cursor: string | undefined): Promise<SessionPage>;
  session(id: string): Promise<SessionSummary>;
  tree(id: string): Promise<SessionTree>;
}

/** What the side that is chosen can be compared with: its family, and all sessions, whatever the list of sessions is filtered by. */
export const CompareChoicesModel = createModel((chosen: string, ports: CompareChoicesPorts) => {
  const sessions = itemList<SessionSummary>((cursor) => ports.sessions(cursor));
  const session = signal<SessionSummary | null>(null);
  const tree = signal<readonly TreeNode[]>([]);

  // Only its title and its family are missing where this fails; comparing says what is wrong.
  const readSession = async (id: string) => {
    const [found, family] = await Promise.allSettled([ports.session(id), ports.tree(id)]);
    if (found.status === 'fulfilled') session.value = found.value;
    if (family.status === 'fulfilled') tree.value = family.value.nodes;
  };

  return {
    sessions,
    /** The session that is chosen; null until it is known. */
    session: computed(() => session.value),
    tree: computed(() => tree.value),
    async load() {
      await Promise.all([sessions.load(), chosen.startsWith('ses_') ? readSession(chosen) : undefined]);
    },
  };
});
