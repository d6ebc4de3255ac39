import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Session } from '../../models/session.ts';
import { positionOf } from '../../models/session-filter.ts';
import type { Lane, Row } from '../../models/session-rows.ts';
import type { Timeline as TimelineRows } from '../../models/session-timeline-state.ts';
import type { SessionView } from '../../models/session-view.ts';
import { estimateHeight } from './row-heights.ts';
import { TimelineRow } from './timeline-row.tsx';
import { type Rows, useVirtualRows } from './use-virtual-rows.ts';

interface TimelineProps {
  session: Session;
  view: SessionView;
  scroller: RefObject<HTMLDivElement | null>;
  /** Somebody wants to read a row in full. */
  onOpen: (row: number) => void;
}

/** Every row of a session, of which only those in sight are drawn. Follows the end until somebody scrolls up. */
export function Timeline({ session, view, scroller, onOpen }: TimelineProps) {
  const shown = view.shown.value;
  const { timeline, visible } = shown;
  const rowAt = (position: number): Row | undefined => timeline.rows[visible[position] ?? -1];
  const keyOf = useCallback(
    (position: number) => shown.timeline.rows[shown.visible[position] ?? -1]?.key ?? String(position),
    [shown],
  );
  const estimate = useCallback((position: number) => estimateHeight(shown.timeline.rows[shown.visible[position] ?? -1]), [shown]);

  const anchor = useAnchor(scroller, shown.timeline);
  const rows = useVirtualRows({ count: visible.length, scroller, keyOf, estimate });
  const items = rows.getVirtualItems();
  anchor.remember(items, rowAt);
  useLayoutEffect(() => anchor.restore(rows, shown.timeline, visible));
  useFollowing(view, scroller, rows);
  useGoal(view, scroller, rows, visible);
  useHoleInSight(session, timeline, visible, items);

  const focusable = view.selectedRow.value ?? visible[items[0]?.index ?? 0] ?? null;
  return (
    <div class="timeline-scroll" ref={scroller}>
      <div
        class="timeline"
        role="feed"
        aria-label="Timeline"
        aria-busy={session.loading.value}
        style={{ height: `${rows.getTotalSize()}px` }}
      >
        <div role="presentation" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map(({ index: position, key }) => {
            const index = visible[position];
            const row = rowAt(position);
            if (index === undefined || !row) return null;
            const spawned = 'spawned' in row && row.spawned !== null ? (timeline.lanes.get(row.spawned) ?? null) : null;
            return (
              <TimelineRow
                key={key}
                row={row}
                index={index}
                position={position}
                count={visible.length}
                lanes={lanesAround(timeline, row)}
                spawned={spawned}
                folded={spawned !== null && view.folded.value.has(spawned.id)}
                selected={view.selectedRow.value === index}
                focusable={focusable === index}
                loading={session.loading.value}
                measure={rows.measureElement}
                view={view}
                onOpen={onOpen}
                onLoad={session.reveal}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

const noLanes: readonly Lane[] = [];

/** The subagents that a row happened in, outermost first. */
function lanesAround(timeline: TimelineRows, row: Row): readonly Lane[] {
  if (row.lane === null) return noLanes;
  const lanes: Lane[] = [];
  for (let id: string | null = row.lane; id !== null; ) {
    const lane: Lane | undefined = timeline.lanes.get(id);
    if (!lane) break;
    lanes.unshift(lane);
    id = lane.parent;
  }
  return lanes;
}

/** Older events come in above: what the reader looks at must not move. */
function useAnchor(scroller: RefObject<HTMLDivElement | null>, timeline: TimelineRows) {
  const last = useRef<{ timeline: TimelineRows; seq: number; offset: number } | null>(null);
  const pending = useRef<{ seq: number; offset: number } | null>(null);
  if (last.current && last.current.timeline !== timeline) pending.current = last.current;
  return {
    remember(items: ReturnType<Rows['getVirtualItems']>, rowAt: (position: number) => Row | undefined) {
      if (pending.current) return;
      const top = scroller.current?.scrollTop ?? 0;
      const first = items.find(
        (item) => item.end > top && rowAt(item.index)?.kind !== 'hole' && rowAt(item.index)?.kind !== 'gap',
      );
      const row = first && rowAt(first.index);
      last.current = first && row ? { timeline, seq: row.seq, offset: top - first.start } : null;
    },
    restore(rows: Rows, fresh: TimelineRows, visible: readonly number[]) {
      const wanted = pending.current;
      pending.current = null;
      last.current = null;
      const index = wanted ? fresh.rowOfSeq.get(wanted.seq) : undefined;
      if (!wanted || index === undefined || !scroller.current) return;
      const start = rows.measurementsCache[positionOf(visible, index)]?.start;
      if (start !== undefined) scroller.current.scrollTop = start + wanted.offset;
    },
  };
}

function useFollowing(view: SessionView, scroller: RefObject<HTMLDivElement | null>, rows: Rows): void {
  const lastTop = useRef(0);
  const following = view.following.value;
  const total = rows.getTotalSize();
  useLayoutEffect(() => {
    if (following && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [following, total, view.shown.value]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      const { scrollTop } = element;
      // The list knows both without making the browser lay the page out.
      const below = rows.getTotalSize() - (rows.scrollRect?.height ?? 0) - scrollTop;
      const up = scrollTop < lastTop.current;
      lastTop.current = scrollTop;
      // Rows that shrink move the end too, but never away from it.
      if (up && below > 24) view.letGo();
      else if (!up && below < 2) view.follow();
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [view, rows]);
}

/** Scrolls where the reader asked to go, and gives the row the focus once it is drawn. */
function useGoal(view: SessionView, scroller: RefObject<HTMLDivElement | null>, rows: Rows, visible: readonly number[]): void {
  const focusRow = useRef<number | null>(null);
  const goal = view.goal.value;
  useLayoutEffect(() => {
    if (!goal) return;
    rows.scrollToIndex(positionOf(visible, goal.row), { align: goal.align });
    focusRow.current = goal.focus ? goal.row : null;
  }, [goal]);
  useLayoutEffect(() => {
    if (focusRow.current === null) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-row="${focusRow.current}"]`);
    if (!element) return;
    focusRow.current = null;
    element.focus({ preventScroll: true });
  });
}

/** Scrolling up to where nothing is loaded yet loads it. */
function useHoleInSight(session: Session, timeline: TimelineRows, visible: readonly number[], items: { index: number }[]): void {
  const hole = items.map(({ index }) => timeline.rows[visible[index] ?? -1]).findLast((row) => row?.kind === 'hole');
  const to = hole?.kind === 'hole' ? hole.to : null;
  useEffect(() => {
    if (to !== null) session.reveal(to);
  }, [to, session]);
}
