import { computed, createModel, signal } from '@preact/signals';
import type { FeedFrame } from '../../../wire/frame.ts';
import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { failedStatuses, liveStatuses } from '../sessions/list-filter.ts';

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
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The index that the server counts in follows the feed within ten seconds. */
const settleMs = 12_000;

/** The organization's figures of the moment: counted by the server, moved on by the feed in between. */
export const TotalsModel = createModel((ports: TotalsPorts) => {
  const totals = signal<SessionTotals | null>(null);
  const seen = new Map<string, Figures>();
  let recount: (() => void) | null = null;
  let countedAtMs = 0;

  const load = async () => {
    const askedAtMs = ports.now();
    try {
      totals.value = await ports.totals();
      countedAtMs = askedAtMs;
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
    /** What a page of the list brought: from here on its changes can be told. */
    know(sessions: readonly SessionSummary[]) {
      for (const { id, status, costMicroUsd } of sessions) if (!seen.has(id)) seen.set(id, { status, costMicroUsd });
    },
    apply(frame: FeedFrame) {
      if (frame.type === 'hello' || frame.type === 'alerts') return;
      recountSoon();
      if (frame.type === 'deleted') return;
      const { id, status, costMicroUsd, startedAt } = frame.session;
      const before = seen.get(id) ?? (Date.parse(startedAt) >= countedAtMs ? nothingYet : undefined);
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
  status: SessionStatus | null;
  costMicroUsd: number;
}

/** A session that began after the last count; one that is older and unknown is left to the next. */
const nothingYet: Figures = { status: null, costMicroUsd: 0 };

function movedOn(totals: SessionTotals, before: Figures, after: Figures): SessionTotals {
  const step = (statuses: readonly SessionStatus[]) => holds(statuses, after) - holds(statuses, before);
  const atLeastZero = (value: number) => Math.max(0, value);
  return {
    live: atLeastZero(totals.live + step(liveStatuses)),
    waiting: atLeastZero(totals.waiting + step(['waiting'])),
    failedLastDay: atLeastZero(totals.failedLastDay + step(failedStatuses)),
    spentTodayMicroUsd: totals.spentTodayMicroUsd + atLeastZero(after.costMicroUsd - before.costMicroUsd),
  };
}

const holds = (statuses: readonly SessionStatus[], { status }: Figures): number =>
  Number(status !== null && statuses.includes(status));
