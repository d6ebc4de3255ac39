import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ListGroup } from '../../models/sessions/list-order.ts';

/** A row that is moved in the document loses the focus; it gets it back. */
export function useKeptFocus(root: { current: HTMLElement | null }, groups: ListGroup[]): void {
  const focused = useRef<string | null>(null);
  useLayoutEffect(() => {
    const table = root.current;
    if (!table) return;
    const remember = (event: FocusEvent) => {
      focused.current = event.target instanceof HTMLElement ? (event.target.dataset.row ?? null) : null;
    };
    const forget = (event: FocusEvent) => {
      // Without a next element it is either a click on nothing or our own move: the layout effect below tells them apart by time.
      if (event.relatedTarget) focused.current = null;
    };
    table.addEventListener('focusin', remember);
    table.addEventListener('focusout', forget);
    return () => {
      table.removeEventListener('focusin', remember);
      table.removeEventListener('focusout', forget);
    };
  }, []);
  useLayoutEffect(() => {
    if (!focused.current || document.activeElement !== document.body) return;
    root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(focused.current)}"]`)?.focus({ preventScroll: true });
  }, [groups]);
}
