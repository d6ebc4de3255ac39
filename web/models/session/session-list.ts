import { batch, computed, createModel, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { SessionPage, SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { asError } from '../as-error.ts';
import { activeStatuses, earliestOf, type ListFilter, matches, noFilter } from '../sessions/list-filter.ts';
import { arrange, byLastActivity, type ListGroup } from '../sessions/list-order.ts';

export interface ListQuery {
  status?: string;
  project?: string;
  agent?: string;
  cursor?: string;
  limit: string;
}

export interface SessionListPorts {
  list(query: ListQuery): Promise<SessionPage>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export type ListState = 'loading' | 'ready' | 'failed';

const pageSize = 50;
const refreshSize = 100;
/** A room is in the index within ten seconds of what it told the feed, later while the index is down. */
const indexLagMs = 60_000;

/** The list of sessions: pages from the server, kept true by the feed. */
export const SessionListModel = createModel((ports: SessionListPorts) => {
  /** One signal a session, so that a change repaints one row. */
  const byId = new Map<string, Signal<SessionSummary>>();
  const ids = signal<readonly string[]>([]);
  const filter = signal<ListFilter>(noFilter);
  const state = signal<ListState>('loading');
  const failure = signal<Error | null>(null);
  const nextCursor = signal<string | null>(null);
  const loadingMore = signal(false);
  const refreshing = signal(false);
  /** While somebody points at the list, rows change in place and their order holds. */
  const held = signal(false);
  /** Bumped whenever a change may move, add or take away a row. */
  const moved = signal(0);
  const arrived = signal<ReadonlySet<string>>(new Set());
  /** Deleted while an older answer that still has them may be under way, by their last known events: who comes back has one more. */
  const deleted = new Map<string, number>();
  /** When the feed last spoke of a session: the index may not have it yet. */
  const toldAtMs = new Map<string, number>();
  let generation = 0;

  const arranged = computed(() => {
    moved.value;
    const nowMs = ports.now();
    const known = ids.value.flatMap((id) => byId.get(id)?.peek() ?? []);
    return arrange(
      known.filter((session) => matches(session, filter.value, nowMs)),
      nowMs,
    );
  });
  let lastShown: { groups: ListGroup[]; filter: ListFilter; cursor: string | null; state: ListState } | null = null;
  /** What is on screen: follows at once, unless held. A new filter, page or load is asked for and never held. */
  const groups = computed(() => {
    const next = { groups: arranged.value, filter: filter.value, cursor: nextCursor.value, state: state.value };
    const sameView = lastShown?.filter === next.filter && lastShown.cursor === next.cursor && lastShown.state === next.state;
    if (held.value && sameView && lastShown) return lastShown.groups;
    lastShown = next;
    return next.groups;
  });

  const take = (session: SessionSummary) => {
    if (session.lastSeq <= (deleted.get(session.id) ?? -1)) return;
    deleted.delete(session.id);
    const known = byId.get(session.id);
    if (!known) {
      byId.set(session.id, signal(session));
      ids.value = [...ids.peek(), session.id];
      return;
    }
    const before = known.peek();
    // An answer of the index lags behind the feed.
    if (session.lastSeq < before.lastSeq) return;
    known.value = session;
    if (mayMove(before, session)) moved.value += 1;
  };

  const drop = (id: string) => {
    if (!byId.delete(id)) return;
    ids.value = ids.peek().filter((other) => other !== id);
  };

  const queryOf = (statuses: readonly SessionStatus[], limit: number): ListQuery => {
    const { agent, projectId } = filter.peek();
    return {
      limit: String(limit),
      ...(statuses.length > 0 && { status: statuses.join(',') }),
      ...(agent && { agent }),
      ...(projectId && { project: projectId }),
    };
  };

  /** What goes on may be older than the newest page: it is asked for by itself. */
  const fetchFirst = async (limit: number) => {
    const { statuses } = filter.peek();
    const active = activeStatuses.filter((status) => statuses.length === 0 || statuses.includes(status));
    const [recent, live] = await Promise.all([
      ports.list(queryOf(statuses, limit)),
      active.length > 0 ? ports.list(queryOf(active, refreshSize)) : { items: [], nextCursor: null },
    ]);
    return { recent, live };
  };

  const load = async () => {
    generation += 1;
    const mine = generation;
    batch(() => {
      state.value = 'loading';
      failure.value = null;
      nextCursor.value = null;
    });
    try {
      const { recent, live } = await fetchFirst(pageSize);
      if (mine !== generation) return;
      batch(() => {
        for (const session of [...recent.items, ...live.items]) take(session);
        nextCursor.value = recent.nextCursor;
        state.value = 'ready';
      });
    } catch (error) {
      if (mine !== generation) return;
      failure.value = asError(error);
      state.value = 'failed';
    }
  };

  /** After a gap in the feed: what the server says now replaces what we have, without an empty moment. */
  const refresh = async () => {
    if (state.peek() !== 'ready') return load();
    generation += 1;
    const mine = generation;
    refreshing.value = true;
    try {
      const { recent, live } = await fetchFirst(refreshSize);
      if (mine !== generation) return;
      const fresh = new Set([...recent.items, ...live.items].map(({ id }) => id));
      batch(() => {
        const indexedMs = ports.now() - indexLagMs;
        for (const id of ids.peek()) if (!fresh.has(id) && (toldAtMs.get(id) ?? 0) < indexedMs) drop(id);
        for (const session of [...recent.items, ...live.items]) take(session);
        nextCursor.value = recent.nextCursor;
        failure.value = null;
      });
    } catch (error) {
      if (mine === generation) failure.value = asError(error);
    } finally {
      refreshing.value = false;
    }
  };

  const loadMore = async () => {
    const cursor = nextCursor.peek();
    if (cursor === null || loadingMore.peek() || state.peek() !== 'ready') return;
    const mine = generation;
    loadingMore.value = true;
    try {
      const page = await ports.list({ ...queryOf(filter.peek().statuses, pageSize), cursor });
      if (mine !== generation) return;
      batch(() => {
        for (const session of page.items) take(session);
        nextCursor.value = isBeyond(page, filter.peek(), ports.now()) ? null : page.nextCursor;
        failure.value = null;
      });
    } catch (error) {
      if (mine === generation) failure.value = asError(error);
    } finally {
      loadingMore.value = false;
    }
  };

  return {
    filter: computed(() => filter.value),
    state: computed(() => state.value),
    /** Why the last load, refresh or page failed; null after one that didn't. */
    failure: computed(() => failure.value),
    groups,
    /** Rows that wait for the pointer to leave. */
    pending: computed(() => (groups.value === arranged.value ? 0 : countNew(groups.value, arranged.value))),
    hasMore: computed(() => nextCursor.value !== null),
    loadingMore: computed(() => loadingMore.value),
    refreshing: computed(() => refreshing.value),
    /** How many sessions are known, matching or not. */
    known: computed(() => ids.value.length),
    /** Came by the feed rather than by a page: their rows settle in. */
    arrived: computed(() => arrived.value),
    /** Every agent's name that has been seen. */
    agents: computed(() => [...new Set(ids.value.flatMap((id) => byId.get(id)?.peek().agent ?? []))].sort()),
    session: (id: string): ReadonlySignal<SessionSummary> | undefined => byId.get(id),
    /** The newest known session of an agent. */
    newestOf: (agent: string): SessionSummary | undefined =>
      ids
        .peek()
        .flatMap((id) => byId.get(id)?.peek() ?? [])
        .filter((session) => session.agent === agent)
        .sort(byLastActivity)[0],
    load,
    refresh,
    loadMore,
    setFilter(next: ListFilter) {
      const before = filter.peek();
      if (before === next) return;
      filter.value = next;
      const sameQuestion = keyOf(before) === keyOf(next);
      if (!sameQuestion || state.peek() === 'failed') load();
    },
    hold(on: boolean) {
      held.value = on;
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'session') {
        const { session } = frame;
        toldAtMs.set(session.id, ports.now());
        if (!byId.has(session.id)) arrived.value = new Set([...arrived.peek(), session.id]);
        batch(() => take(session));
      }
      if (frame.type === 'deleted') {
        deleted.set(frame.sessionId, byId.get(frame.sessionId)?.peek().lastSeq ?? 0);
        drop(frame.sessionId);
      }
    },
  };
});

/** What the server is asked; text and window are ours. */
const keyOf = ({ statuses, agent, projectId }: ListFilter) => JSON.stringify([statuses, agent, projectId]);

/** Pages come newest first: past a window's edge there is nothing to find. */
function isBeyond(page: SessionPage, { within }: ListFilter, nowMs: number): boolean {
  const earliest = earliestOf(within, nowMs);
  const last = page.items.at(-1);
  return earliest !== null && last !== undefined && Date.parse(last.lastEventAt) < earliest;
}

/** An active session that stays what it is keeps its place, whatever it does. */
function mayMove(before: SessionSummary, after: SessionSummary): boolean {
  if (before.status !== after.status) return true;
  if (before.title !== after.title || before.projectId !== after.projectId || before.gitBranch !== after.gitBranch) return true;
  return !activeStatuses.includes(after.status) && before.lastEventAt !== after.lastEventAt;
}

function countNew(shown: readonly ListGroup[], next: readonly ListGroup[]): number {
  const seen = new Set(shown.flatMap(({ ids }) => ids));
  return next.flatMap(({ ids }) => ids).filter((id) => !seen.has(id)).length;
}
