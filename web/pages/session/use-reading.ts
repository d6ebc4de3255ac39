import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { showToast } from '../../components/toast.tsx';
import type { Session } from '../../models/session.ts';
import { isFiltering, noFilter, readFilter, type TimelineFilter, writeFilter } from '../../models/session-filter.ts';
import type { SessionView } from '../../models/session-view.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { linkedSeq } from './use-session.ts';

export type Reading = ReturnType<typeof useReading>;

/** Below this width the detail covers the timeline and is a step of the history, so that Back closes it. */
const narrow = '(max-width: 860px)';

/** What the reader does: keys, the address, finding, and reading a row in full. */
export function useReading(session: Session, view: SessionView, scroller: RefObject<HTMLDivElement | null>) {
  const { route, path, query } = useLocation();
  const [finding, setFinding] = useState(false);
  /** A row is open in the narrow layout. */
  const [reading, setReading] = useState(false);
  const opened = session.opened.value;

  useEffect(() => {
    view.setFilter(readFilter(query));
  }, [query.show, query.tool]);

  // A link to an event, followed when opening the page or by editing the address.
  useEffect(() => {
    if (!opened) return;
    const go = async () => {
      const seq = linkedSeq();
      if (seq === null) setReading(false);
      else if (seq !== view.selected.peek() && !(await view.goTo(seq))) showToast(`This session has no event ${seq}.`);
    };
    go();
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, [opened]);

  const selected = view.selected.value;
  useEffect(() => {
    // Browsers refuse addresses that change too often, and a held key changes the selection thirty times a second.
    const timer = setTimeout(() => {
      if (selected !== null && linkedSeq() !== selected) history.replaceState(history.state, '', `#e${selected}`);
    }, 200);
    return () => clearTimeout(timer);
  }, [selected]);

  const open = (row: number) => {
    view.select(row);
    if (!matchMedia(narrow).matches || reading) return;
    history.pushState(null, '', `#e${view.selected.peek()}`);
    setReading(true);
  };
  const close = () => {
    if (reading) {
      history.back();
      setReading(false);
    }
    view.deselect();
    if (!reading && location.hash) history.replaceState(history.state, '', location.pathname + location.search);
    scroller.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus({ preventScroll: true });
  };
  const setFilter = (filter: TimelineFilter) => {
    const words = new URLSearchParams(
      Object.entries(writeFilter(filter)).filter((entry): entry is [string, string] => !!entry[1]),
    );
    route(`${path}${words.size > 0 ? `?${words}` : ''}${location.hash}`, true);
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
    setFilter,
    filtering: isFiltering(view.filter.value),
    clearFilter: () => setFilter(noFilter),
  };
}
