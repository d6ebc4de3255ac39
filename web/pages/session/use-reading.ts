import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { showToast } from '../../components/toast.tsx';
import type { Session } from '../../models/session/session.ts';
import { isFiltering, noFilter, readFilter, type TimelineFilter, writeFilter } from '../../models/session/session-filter.ts';
import type { SessionView } from '../../models/session/session-view.ts';
import { isNarrow } from '../../narrow.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { linkedSeq, replayedSeq } from './use-session.ts';

export type Reading = ReturnType<typeof useReading>;

/** What the reader does: keys, the address, finding, and reading a row in full. */
export function useReading(session: Session, view: SessionView, scroller: RefObject<HTMLDivElement | null>) {
  const { route, path, query } = useLocation();
  const [finding, setFinding] = useState(false);
  /** A row is open in the narrow layout. */
  const [reading, setReading] = useState(false);
  const opened = session.opened.value;
  /** The address names an event that has not been reached. */
  const going = useRef(true);

  useEffect(() => {
    view.setFilter(readFilter(query));
  }, [query.show, query.tool]);

  // The other way round: also a link or a find may take the filter away.
  const words = queryOf(view.filter.value);
  useEffect(() => {
    if (words !== queryOf(readFilter(query))) route(path + withMoment(words) + location.hash, true);
  }, [words]);

  // A link to an event, followed when opening the page or by editing the address.
  useEffect(() => {
    if (!opened) return;
    const go = async () => {
      const seq = linkedSeq();
      going.current = false;
      if (seq === null) setReading(false);
      else if (seq !== view.selected.peek()) {
        going.current = true;
        if (!(await view.goTo(seq))) showToast(`This session has no event ${seq}.`);
        going.current = false;
      }
    };
    go();
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, [opened]);

  const selected = view.selected.value;
  useEffect(() => {
    // Browsers refuse addresses that change too often, and a held key changes the selection thirty times a second.
    const timer = setTimeout(() => {
      // A link that is still being followed must not be wiped out, nor the narrow layout's own step of the history.
      if (linkedSeq() === selected || reading || going.current) return;
      const hash = selected === null ? '' : `#e${selected}`;
      history.replaceState(history.state, '', location.pathname + location.search + hash);
    }, 200);
    return () => clearTimeout(timer);
  }, [selected]);

  const open = (row: number) => {
    view.select(row);
    // Where the detail covers the timeline it is a step of the history, so that Back closes it.
    if (!isNarrow() || reading) return;
    history.pushState(null, '', `#e${view.selected.peek()}`);
    setReading(true);
  };
  const close = () => {
    if (reading) {
      history.back();
      setReading(false);
    }
    view.deselect();
    scroller.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus({ preventScroll: true });
  };
  const closeFind = () => {
    setFinding(false);
    view.find('');
    leaveFind();
  };
  const leaveFind = () =>
    scroller.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus({ preventScroll: true });
  const openFind = () => setFinding(true);
  const openSelected = () => {
    const row = view.selectedRow.peek();
    if (row !== null) open(row);
  };

  useShortcuts('Session', [
    { keys: 'j', label: 'Next row', run: view.next },
    { keys: 'k', label: 'Previous row', run: view.previous },
    { keys: 'Enter', label: 'Read the row', run: openSelected },
    { keys: 'e', label: 'Next error', run: view.nextError },
    { keys: 'p', label: 'Next prompt', run: view.nextPrompt },
    { keys: 'f', label: 'Follow the end', run: view.follow },
    { keys: '/', label: 'Find', run: openFind },
    { keys: 'n', label: 'Next found', run: () => view.step(1) },
    { keys: 'N', label: 'Previous found', run: () => view.step(-1) },
    { keys: 'Escape', label: 'Close, or stop finding', run: () => (finding ? closeFind() : close()) },
  ]);

  return {
    finding,
    reading,
    open,
    close,
    openFind,
    closeFind,
    leaveFind,
    setFilter: view.setFilter,
    filtering: isFiltering(view.filter.value),
    clearFilter: () => view.setFilter(noFilter),
  };
}

/** The moment of a replay stays in the address whatever is filtered. */
function withMoment(words: string): string {
  const query = new URLSearchParams(words);
  const at = replayedSeq();
  if (at !== null) query.set('at', String(at));
  return query.size > 0 ? `?${query}` : '';
}

/** A filter as the address says it: `?show=errors&tool=Bash`, empty without one. */
function queryOf(filter: TimelineFilter): string {
  const { show, tool } = writeFilter(filter);
  const words = new URLSearchParams();
  if (show) words.set('show', show);
  if (tool) words.set('tool', tool);
  return words.size > 0 ? `?${words}` : '';
}
