/** Text from elsewhere as one line of Markdown: nothing in it is markup any more. */
export const inline = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>|#~]/g, (mark) => (mark === '<' ? '&lt;' : `\\${mark}`));

/** A block of code in a fence that nothing in it closes. */
export function fenced(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** Text that is Markdown itself, as a quotation: it cannot end the page's own blocks, and its HTML is shown, not obeyed. */
export function quoted(text: string): string {
  let fence: string | undefined;
  return text
    .split('\n')
    .map((line) => {
      const isCode = fence !== undefined;
      if (fence === undefined) fence = openingFence(line);
      else if (closes(line, fence)) fence = undefined;
      return `> ${isCode ? line : line.replaceAll('<', '&lt;')}`.trimEnd();
    })
    .join('\n');
}

/**
 * Only at the beginning of a line: there a fence opens whatever came before (CommonMark 0.31, 4.5), while one within a list may be the
 * end of another, and what follows it no code at all.
 */
const openingFence = (line: string): string | undefined => /^(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line)?.slice(1).find(Boolean);

function closes(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.startsWith(fence) && mark === fence.charAt(0).repeat(mark.length);
}
