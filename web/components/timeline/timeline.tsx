import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Session } from '../../models/session/session.ts';
import { positionOf } from '../../models/session/session-filter.ts';
import type { Lane, Row } from '../../models/session/session-rows.ts';
import type { Timeline as TimelineRows } from '../../models/session/session-timeline-state.ts';
import type { SessionView, Shown } from '../../models/session/session-view.ts';
import { estimateHeight } from './row-heights.ts';
import { TimelineRow } from './timeline-row.tsx';
import { useSteadyScroll } from './use-steady-scroll.ts';
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

  const steady = useSteadyScroll(scroller, shown);
  const rows = useVirtualRows({ count: visible.length, scroller, keyOf, estimate, before: steady.hold, after: steady.shift });
  const items = rows.getVirtualItems();
  useLayoutEffect(steady.restore);
  useFollowing(view, scroller, rows);
  useGoal(view, scroller, rows, shown);
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

/** Rows that come in above move the goal for this long: until it has been reached and drawn. */
const reachWithinMs = 1000;

/** Scrolls where the reader asked to go, and gives the row the focus once it is drawn. */
function useGoal(view: SessionView, scroller: RefObject<HTMLDivElement | null>, rows: Rows, shown: Shown): void {
  const focusSeq = useRef<number | null>(null);
  const setAtMs = useRef(0);
  const goal = view.goal.value;
  const { timeline, visible } = shown;
  useLayoutEffect(() => {
    focusSeq.current = goal?.focus ? goal.seq : null;
    setAtMs.current = performance.now();
  }, [goal]);
  useLayoutEffect(() => {
    const row = goal ? timeline.rowOfSeq.get(goal.seq) : undefined;
    if (!goal || row === undefined || performance.now() - setAtMs.current > reachWithinMs) return;
    rows.scrollToIndex(positionOf(visible, row), { align: goal.align });
  }, [goal, timeline]);
  useLayoutEffect(() => {
    const row = focusSeq.current === null ? undefined : timeline.rowOfSeq.get(focusSeq.current);
    const element = row === undefined ? null : scroller.current?.querySelector<HTMLElement>(`[data-row="${row}"]`);
    if (!element) return;
    focusSeq.current = null;
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
