import { useMemo } from 'preact/hooks';
import type { Lane, Row } from '../../models/session/session-rows.ts';
import type { SessionView } from '../../models/session/session-view.ts';
import { RowContent } from './row-content.tsx';
import { RowFrame } from './row-frame.tsx';
import { rowWords } from './row-words.ts';

interface TimelineRowProps {
  row: Row;
  /** Its place in the whole session. */
  index: number;
  /** Its place among the rows that are shown. */
  position: number;
  count: number;
  lanes: readonly Lane[];
  spawned: Lane | null;
  folded: boolean;
  selected: boolean;
  focusable: boolean;
  loading: boolean;
  measure: (element: HTMLElement | null) => void;
  view: SessionView;
  onOpen: (row: number) => void;
  onLoad: (seq: number) => void;
}

/** One row. Its content is made again only when the row itself, its subagent or its selection changed. */
export function TimelineRow(props: TimelineRowProps) {
  const { row, index, position, count, lanes, spawned, folded, selected, focusable, loading, measure, view, onOpen, onLoad } =
    props;
  const laneKey = lanes.map((lane) => lane.id).join();
  const waits = row.kind === 'hole' && loading;
  const content = useMemo(
    () => (
      <RowFrame atMs={row.atMs} lanes={lanes}>
        <RowContent
          row={row}
          spawned={spawned}
          folded={folded}
          loading={waits}
          onFold={view.toggleFold}
          onOpen={() => onOpen(index)}
          onLoad={onLoad}
        />
      </RowFrame>
    ),
    [row, laneKey, spawned, folded, waits, index],
  );
  const label = useMemo(() => rowWords(row), [row]);
  if (row.kind === 'gap' || row.kind === 'hole') {
    return (
      <div class={`row ${row.kind}`} data-index={position} ref={measure}>
        {content}
      </div>
    );
  }
  return (
    <article
      class={`row ${row.kind} ${selected ? 'selected' : ''} ${'outcome' in row ? row.outcome : ''}`}
      data-index={position}
      data-row={index}
      ref={measure}
      aria-label={label}
      aria-posinset={position + 1}
      aria-setsize={count}
      aria-current={selected ? 'true' : undefined}
      tabIndex={focusable ? 0 : -1}
      onClick={(event) => !isOwnControl(event) && onOpen(index)}
      onKeyDown={(event) => {
        // A link or a button inside the row keeps its keys.
        if (event.target !== event.currentTarget) return;
        const verb = { Enter: () => onOpen(index), ArrowDown: view.next, ArrowUp: view.previous }[event.key];
        if (!verb) return;
        event.preventDefault();
        verb();
      }}
    >
      {content}
    </article>
  );
}

/** Links and buttons inside a row act for themselves; so does selecting text. */
function isOwnControl(event: MouseEvent): boolean {
  if (event.target instanceof Element && event.target.closest('a, button')) return true;
  return !getSelection()?.isCollapsed;
}
