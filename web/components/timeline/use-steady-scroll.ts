import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { positionOf } from '../../models/session/session-filter.ts';
import type { Shown } from '../../models/session/session-view.ts';
import type { Rows } from './use-virtual-rows.ts';

/** How far below the top a row to hold on to is looked for: the first ones may be gaps, which come and go. */
const maxTries = 50;

/** Older events come in above: what the reader looks at must not move. `hold` before the rows change, `shift` after, `restore` when they are drawn. */
export function useSteadyScroll(scroller: RefObject<HTMLElement | null>, shown: Shown) {
  const before = useRef(shown);
  const held = useRef<{ seq: number; offset: number } | null>(null);
  const target = useRef<number | null>(null);
  return {
    hold(rows: Rows): void {
      const { timeline, visible } = before.current;
      before.current = shown;
      if (timeline === shown.timeline || !scroller.current) return;
      const top = scroller.current.scrollTop;
      const first = rows.getVirtualItemForOffset(top)?.index ?? 0;
      for (let at = first; at < Math.min(visible.length, first + maxTries); at += 1) {
        const row = timeline.rows[visible[at] ?? -1];
        const start = rows.measurementsCache[at]?.start;
        if (!row || start === undefined || row.kind === 'hole' || row.kind === 'gap') continue;
        held.current = { seq: row.seq, offset: top - start };
        return;
      }
    },
    /** Still in the render, so that the same rows stay drawn (and keep the focus): the list believes to be there already. */
    shift(rows: Rows): void {
      const wanted = held.current;
      held.current = null;
      const index = wanted ? shown.timeline.rowOfSeq.get(wanted.seq) : undefined;
      if (!wanted || index === undefined) return;
      rows.getTotalSize();
      const start = rows.measurementsCache[positionOf(shown.visible, index)]?.start;
      if (start === undefined) return;
      target.current = start + wanted.offset;
      rows.scrollOffset = target.current;
    },
    restore(): void {
      if (target.current !== null && scroller.current) scroller.current.scrollTop = target.current;
      target.current = null;
    },
  };
}
