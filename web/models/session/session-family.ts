import { computed, createModel, type Signal, signal } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { tokenSum } from '../../../wire/session-usage.ts';

export interface FamilyPorts {
  /** The session that started this one. */
  parent(parentId: string): Promise<SessionSummary>;
  /** The sessions that one started. */
  children(parentId: string): Promise<SessionSummary[]>;
}

/** The session that started one, and those that it started, as they stand now. */
export const SessionFamilyModel = createModel((id: string, ports: FamilyPorts) => {
  const children = signal<readonly SessionSummary[]>([]);
  const parent = signal<SessionSummary | null>(null);
  /** Whom the parent started, this one among them. */
  const siblings = signal<readonly SessionSummary[]>([]);

  const put = (list: Signal<readonly SessionSummary[]>, child: SessionSummary) => {
    const known = list.peek().find(({ id }) => id === child.id);
    if (known && known.lastSeq > child.lastSeq) return;
    list.value = inOrder([...list.peek().filter(({ id }) => id !== child.id), child]);
  };
  // The page says all else without them.
  const fill = async (list: Signal<readonly SessionSummary[]>, parentId: string) => {
    for (const child of await ports.children(parentId).catch(() => [])) put(list, child);
  };

  return {
    children: computed(() => children.value),
    /** Null while it is not known. */
    parent: computed(() => parent.value),
    /** The parent with limits that count all its children; what it shares with this one. */
    shared: computed(() => parent.value && withChildren(parent.value, siblings.value)),
    load: () => fill(children, id),
    async loadParent(parentId: string) {
      const [found] = await Promise.all([ports.parent(parentId).catch(() => null), fill(siblings, parentId)]);
      parent.value = found;
    },
    /** Changed from here. */
    knowParent(session: SessionSummary) {
      parent.value = session;
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'deleted') {
        for (const list of [children, siblings]) list.value = list.peek().filter(({ id }) => id !== frame.sessionId);
      }
      if (frame.type !== 'session') return;
      const { session } = frame;
      if (session.parentId === id) put(children, session);
      const parentId = parent.peek()?.id;
      if (parentId === undefined) return;
      if (session.id === parentId) parent.value = session;
      if (session.parentId === parentId) put(siblings, session);
    },
  };
});

/** Oldest first: nothing moves when one of them does something. */
const inOrder = (all: readonly SessionSummary[]): SessionSummary[] =>
  [...all].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || (a.id < b.id ? -1 : 1));

/** A session whose limits count what its children spent, too, as they do where it is held. */
export function withChildren(session: SessionSummary, children: readonly SessionSummary[]): SessionSummary {
  const { budget, tokenBudget } = session;
  const microUsd = children.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
  const tokens = children.reduce((sum, child) => sum + tokenSum(child.tokens), 0);
  return {
    ...session,
    budget: budget && { ...budget, spentMicroUsd: budget.spentMicroUsd + microUsd },
    ...(tokenBudget && { tokenBudget: { ...tokenBudget, spentTokens: tokenBudget.spentTokens + tokens } }),
  };
}
