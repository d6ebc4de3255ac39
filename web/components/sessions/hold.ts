import { useEffect } from 'preact/hooks';

/** A resting pointer gives the order free again. */
const restMs = 3000;

/** Holds the list's order while a mouse moves over it, so that nothing slips away under a click. */
export function useHold(root: { current: HTMLElement | null }, hold: (on: boolean) => void): void {
  useEffect(() => {
    const table = root.current;
    if (!table) return;
    let rest: ReturnType<typeof setTimeout>;
    const release = () => {
      clearTimeout(rest);
      hold(false);
    };
    const onMove = (event: PointerEvent) => {
      if (event.pointerType !== 'mouse') return;
      clearTimeout(rest);
      rest = setTimeout(release, restMs);
      hold(true);
    };
    table.addEventListener('pointermove', onMove);
    table.addEventListener('pointerleave', release);
    return () => {
      release();
      table.removeEventListener('pointermove', onMove);
      table.removeEventListener('pointerleave', release);
    };
  }, []);
}
