import { computed, createModel, signal } from '@preact/signals';
import type { FeedFrame } from '../../wire/frame.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { tokenSum } from './session-usage.ts';

export interface FamilyPorts {
  /** The session that started this one. */
  parent(parentId: string): Promise<SessionSummary>;
  /** The sessions that this one started. */
  children(): Promise<SessionSummary[]>;
}

/** The session that started one, and those that it started, as they stand now. */
export const SessionFamilyModel = createModel((id: string, ports: FamilyPorts) => {
  const children = signal<readonly SessionSummary[]>([]);
  const parent = signal<SessionSummary | null>(null);

  const put = (child: SessionSummary) => {
    const known = children.peek().find(({ id }) => id === child.id);
    if (known && known.lastSeq > child.lastSeq) return;
    children.value = inOrder([...children.peek().filter(({ id }) => id !== child.id), child]);
  };

  return {
    children: computed(() => children.value),
    /** Null while it is not known. */
    parent: computed(() => parent.value),
    async load() {
      // The page says all else without them.
      const found = await ports.children().catch(() => []);
      for (const child of found) put(child);
    },
    async loadParent(parentId: string) {
      parent.value = await ports.parent(parentId).catch(() => null);
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'session' && frame.session.parentId === id) put(frame.session);
      if (frame.type === 'session' && frame.session.id === parent.peek()?.id) parent.value = frame.session;
      if (frame.type === 'deleted') children.value = children.peek().filter(({ id }) => id !== frame.sessionId);
    },
  };
});

/** Oldest first: nothing moves when one of them does something. */
const inOrder = (all: readonly SessionSummary[]): SessionSummary[] =>
  [...all].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || (a.id < b.id ? -1 : 1));

/** What a session and those that it started cost together, micro-dollars. */
export const familyCost = ({ costMicroUsd }: SessionSummary, children: readonly SessionSummary[]): number =>
  children.reduce((sum, child) => sum + child.costMicroUsd, costMicroUsd);

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
