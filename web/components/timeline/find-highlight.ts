import { useLayoutEffect } from 'preact/hooks';

/** Names that the style sheet gives colours to. */
const all = 'found';
const here = 'found-here';
/** Marking is for reading: beyond this nobody does, and a one-letter search in a megabyte would stall. */
const maxMarks = 2000;

/**
 * Marks what was searched for wherever it is on screen, without touching the elements: the browser paints ranges. One without that
 * ability shows the matching rows all the same.
 */
export function useFindHighlight(root: () => HTMLElement | null, pattern: RegExp | null, currentRow: number | null): void {
  useLayoutEffect(() => {
    const element = root();
    if (!element || !pattern || !('highlights' in CSS)) return;
    const mark = () => paint(element, pattern, currentRow);
    let waiting = 0;
    const later = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(mark);
    };
    // Rows come and go while scrolling.
    const changes = new MutationObserver(later);
    changes.observe(element, { childList: true, subtree: true, characterData: true });
    mark();
    return () => {
      changes.disconnect();
      cancelAnimationFrame(waiting);
      CSS.highlights.delete(all);
      CSS.highlights.delete(here);
    };
  }, [pattern, currentRow]);
}

function paint(root: HTMLElement, pattern: RegExp, currentRow: number | null): void {
  const everywhere = new RegExp(pattern.source, `${pattern.flags}g`);
  const current = currentRow === null ? null : root.querySelector(`[data-row="${currentRow}"]`);
  const marks: Range[] = [];
  const currentMarks: Range[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node && marks.length < maxMarks; node = texts.nextNode()) {
    if (!node.parentElement?.closest('.row-subject, .row-detail, .row-prose, .row-failure, .row-label, .detail-content'))
      continue;
    for (const match of (node.nodeValue ?? '').matchAll(everywhere)) {
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      (current?.contains(node) ? currentMarks : marks).push(range);
    }
  }
  CSS.highlights.set(all, new Highlight(...marks));
  CSS.highlights.set(here, new Highlight(...currentMarks));
}
