import { computed, createModel, signal } from '@preact/signals';
import type { Session } from './session.ts';
import {
  categories,
  isError,
  isFiltering,
  noFilter,
  positionOf,
  type TimelineFilter,
  toggled,
  visibleRows,
} from './session-filter.ts';
import { type Found, findRows, patternOf } from './session-find.ts';
import type { Row } from './session-rows.ts';
import type { Timeline } from './session-timeline-state.ts';

/** The rows to show: indices into `timeline.rows`, in order. A new object whenever anything in it changed. */
export interface Shown {
  timeline: Timeline;
  visible: number[];
}

/** Where the timeline should scroll; a new object each time somebody asks. */
export interface Goal {
  /** An event of the row: rows get other indices when older ones come in. */
  seq: number;
  align: 'auto' | 'center' | 'start';
  focus: boolean;
}

const nothingFound: Found = { rows: [], searched: 0, done: true };

/** A session, or a moment of it. */
export type Viewed = Pick<Session, 'revision' | 'timeline' | 'log' | 'reveal'>;

/** What the reader of a session looks at: filter, selection, search, and whether the end is followed. */
export const SessionViewModel = createModel((session: Viewed, pause: (ms: number) => Promise<void>) => {
  const filter = signal<TimelineFilter>(noFilter);
  const folded = signal<ReadonlySet<string>>(new Set());
  const selected = signal<number | null>(null);
  const following = signal(true);
  /** How many rows were shown when the reader let go of the end. */
  const seen = signal(0);
  const goal = signal<Goal | null>(null);
  const query = signal('');
  const found = signal<Found>(nothingFound);
  const current = signal(-1);
  let search = 0;

  let last: (Shown & { filter: TimelineFilter; folded: ReadonlySet<string>; until: number }) | null = null;
  const shown = computed<Shown>(() => {
    session.revision.value;
    const timeline = session.timeline();
    const settings = { filter: filter.value, folded: folded.value };
    // Whether a row is an error or was asked about may change after it was passed over; its kind can't.
    const settled = !isFiltering(settings.filter);
    const same =
      last && settled && last.timeline === timeline && last.filter === settings.filter && last.folded === settings.folded;
    const visible =
      same && last
        ? visibleRows(timeline, settings.filter, settings.folded, last.until, last.visible)
        : visibleRows(timeline, settings.filter, settings.folded);
    last = { timeline, visible, ...settings, until: timeline.rows.length };
    return { timeline, visible };
  });

  const selectedRow = computed<number | null>(() => {
    const { timeline } = shown.value;
    return selected.value === null ? null : (timeline.rowOfSeq.get(selected.value) ?? null);
  });

  const select = (row: number, options: { focus?: boolean; align?: Goal['align'] } = {}) => {
    const { timeline, visible } = shown.value;
    const seq = timeline.rows[row]?.seq;
    if (seq === undefined) return;
    selected.value = seq;
    // The last row may be read while the end is followed; going back is letting go.
    if (row !== visible.at(-1)) letGo();
    goal.value = { seq, align: options.align ?? 'auto', focus: options.focus ?? false };
  };

  const letGo = () => {
    if (!following.value) return;
    following.value = false;
    seen.value = shown.value.visible.length;
  };

  /** Where a walk starts that looks at `step` positions further on first: the selected row, or beyond either end. */
  const startOf = (visible: readonly number[], step: 1 | -1): number => {
    const from = selectedRow.value;
    if (from === null) return step > 0 ? -1 : visible.length;
    const at = positionOf(visible, from);
    // A selected row that a filter hides lies between two visible ones.
    return step > 0 && visible[at] !== from ? at - 1 : at;
  };

  /** Selects the first row after the selected one (or before it) that `wanted` likes. */
  const moveTo = (step: 1 | -1, wanted: (row: Row) => boolean): boolean => {
    const { timeline, visible } = shown.value;
    for (let at = startOf(visible, step) + step; at >= 0 && at < visible.length; at += step) {
      const index = visible[at];
      const row = index === undefined ? undefined : timeline.rows[index];
      if (index === undefined || !row || !wanted(row)) continue;
      select(index, { focus: true });
      return true;
    }
    return false;
  };

  /** The next one after the selected row; after the last one the first again. */
  const moveAround = (wanted: (row: Row) => boolean): boolean => {
    if (moveTo(1, wanted)) return true;
    const before = selected.value;
    selected.value = null;
    const found = moveTo(1, wanted);
    if (!found) selected.value = before;
    return found;
  };

  const isStop = (row: Row) => row.kind !== 'gap' && row.kind !== 'hole';

  const goToFound = (at: number) => {
    const row = found.value.rows[at];
    if (row === undefined) return;
    current.value = at;
    uncover(row);
    select(row, { align: 'center' });
  };

  /** Takes away what hides a row: folded subagents above it, and filters. */
  const uncover = (index: number) => {
    const { timeline } = shown.value;
    const open = new Set(folded.value);
    for (let lane = timeline.rows[index]?.lane ?? null; lane !== null; lane = timeline.lanes.get(lane)?.parent ?? null) {
      open.delete(lane);
    }
    if (open.size !== folded.value.size) folded.value = open;
    const { visible } = shown.value;
    if (visible[positionOf(visible, index)] === index) return;
    filter.value = timeline.rows[index]?.quiet ? { show: new Set(categories), tools: new Set() } : noFilter;
  };

  const runSearch = async () => {
    search += 1;
    const mine = search;
    const pattern = patternOf(query.value);
    current.value = -1;
    if (!pattern) {
      found.value = nothingFound;
      return;
    }
    for (const state of findRows(session.log(), session.timeline(), pattern)) {
      if (mine !== search) return;
      found.value = state;
      if (!state.done) await pause(0);
    }
  };

  return {
    shown,
    filter: computed(() => filter.value),
    folded: computed(() => folded.value),
    /** The seq of the selected row's first event. */
    selected: computed(() => selected.value),
    selectedRow,
    following: computed(() => following.value),
    fresh: computed(() => (following.value ? 0 : Math.max(0, shown.value.visible.length - seen.value))),
    goal: computed(() => goal.value),
    query: computed(() => query.value),
    found: computed(() => found.value),
    /** Index into `found.rows`; -1 before the first step. */
    current: computed(() => current.value),
    setFilter(next: TimelineFilter) {
      filter.value = next;
      const { visible } = shown.value;
      seen.value = visible.length;
      // What is read in the detail has to stand in the timeline.
      const row = selectedRow.value;
      if (row !== null && visible[positionOf(visible, row)] !== row) selected.value = null;
    },
    toggleFold(lane: string) {
      folded.value = toggled(folded.value, lane);
    },
    select,
    deselect() {
      selected.value = null;
    },
    next: () => moveTo(1, isStop),
    previous: () => moveTo(-1, isStop),
    nextError: () => moveAround(isError),
    nextPrompt: () => moveAround((row) => row.kind === 'prompt'),
    follow() {
      following.value = true;
      goal.value = null;
    },
    letGo,
    /** Scrolls to an event wherever it is; false where this session has no such event. */
    async goTo(seq: number): Promise<boolean> {
      letGo();
      if (!(await session.reveal(seq))) return false;
      const row = shown.value.timeline.rowOfSeq.get(seq);
      if (row === undefined) return false;
      uncover(row);
      select(row, { focus: true, align: 'center' });
      return true;
    },
    find(text: string) {
      query.value = text;
      runSearch();
    },
    /** Searches again, in what was loaded since. */
    findAgain: runSearch,
    step(by: 1 | -1) {
      const total = found.value.rows.length;
      if (total === 0) return;
      if (current.value >= 0) return goToFound((current.value + by + total) % total);
      const from = selectedRow.value ?? shown.value.visible[0] ?? 0;
      const after = positionOf(found.value.rows, from);
      goToFound(by > 0 ? after % total : (after - 1 + total) % total);
    },
  };
});

export type SessionView = InstanceType<typeof SessionViewModel>;
