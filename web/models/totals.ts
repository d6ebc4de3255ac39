import { computed, createModel, signal } from '@preact/signals';
import type { FeedFrame } from '../../wire/frame.ts';
import type { SessionStatus } from '../../wire/session.ts';

/** The strip above the list; `spentTodayMicroUsd` counts the day in UTC. */
export interface SessionTotals {
  live: number;
  waiting: number;
  spentTodayMicroUsd: number;
  failedLastDay: number;
}

export interface TotalsPorts {
  totals(): Promise<SessionTotals>;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
}

/** The index that the server counts in follows the feed within ten seconds. */
const settleMs = 12_000;

/** The organization's figures of the moment: counted by the server, moved on by the feed in between. */
export const TotalsModel = createModel((ports: TotalsPorts) => {
  const totals = signal<SessionTotals | null>(null);
  const seen = new Map<string, { status: SessionStatus; costMicroUsd: number }>();
  let recount: (() => void) | null = null;

  const load = async () => {
    try {
      totals.value = await ports.totals();
    } catch {
      // The list beside it says that the server can't be reached; the last figures stay.
    }
  };
  const recountSoon = () => {
    recount ??= ports.schedule(() => {
      recount = null;
      load();
    }, settleMs);
  };

  return {
    totals: computed(() => totals.value),
    load,
    /** Rows that a page brought: from here on their changes can be told apart. */
    know(id: string, status: SessionStatus, costMicroUsd: number) {
      if (!seen.has(id)) seen.set(id, { status, costMicroUsd });
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'hello') return;
      recountSoon();
      if (frame.type === 'deleted') return;
      const { id, status, costMicroUsd } = frame.session;
      const before = seen.get(id);
      seen.set(id, { status, costMicroUsd });
      if (totals.value && before) totals.value = movedOn(totals.value, before, { status, costMicroUsd });
    },
    stop() {
      recount?.();
      recount = null;
    },
  };
});

interface Figures {
  status: SessionStatus;
  costMicroUsd: number;
}

function movedOn(totals: SessionTotals, before: Figures, after: Figures): SessionTotals {
  const step = (is: (status: SessionStatus) => boolean) => Number(is(after.status)) - Number(is(before.status));
  const atLeastZero = (value: number) => Math.max(0, value);
  return {
    live: atLeastZero(totals.live + step((status) => ['running', 'waiting', 'paused'].includes(status))),
    waiting: atLeastZero(totals.waiting + step((status) => status === 'waiting')),
    failedLastDay: atLeastZero(totals.failedLastDay + step((status) => ['failed', 'timed_out'].includes(status))),
    spentTodayMicroUsd: totals.spentTodayMicroUsd + atLeastZero(after.costMicroUsd - before.costMicroUsd),
  };
}
