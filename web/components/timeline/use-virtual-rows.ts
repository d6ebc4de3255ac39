import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export type Rows = Virtualizer<HTMLElement, HTMLElement>;

interface VirtualRowsOptions {
  count: number;
  scroller: RefObject<HTMLElement | null>;
  /** Both have to stay the same functions while the rows do: a new one makes every row be measured anew. */
  keyOf: (index: number) => string;
  estimate: (index: number) => number;
  /** Called in each render, while the rows are still those of the last one and once they are the new ones. */
  before: (rows: Rows) => void;
  after: (rows: Rows) => void;
}

/** Draws only the rows in sight, of heights that are learned as they are drawn. */
export function useVirtualRows({ count, scroller, keyOf, estimate, before, after }: VirtualRowsOptions): Rows {
  const [, redraw] = useState(0);
  const rows = useRef<Rows | null>(null);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    getItemKey: keyOf,
    estimateSize: estimate,
    overscan: 10,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw((drawn) => drawn + 1),
  };
  if (rows.current) before(rows.current);
  rows.current ??= new Virtualizer(options);
  rows.current.setOptions(options);
  after(rows.current);
  const virtualizer = rows.current;
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
