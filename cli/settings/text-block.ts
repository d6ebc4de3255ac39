const begin = '# >>> flightdeck >>>';
const end = '# <<< flightdeck <<<';

/** A text file with ours at its end, between two marks. */
export function appendBlock(text: string, content: string): { text: string; block: string } {
  const block = `${gapAfter(text)}${begin}\n${content.trimEnd()}\n${end}\n`;
  return { text: text + block, block };
}

/** The file without the block that was put in, or what has become of it between its marks. */
export function removeBlock(text: string, block: string): string {
  const at = text.lastIndexOf(block);
  if (at !== -1) return text.slice(0, at) + text.slice(at + block.length);
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) return text;
  return text.slice(0, from) + text.slice(to + end.length).replace(/^\r?\n/, '');
}

function gapAfter(text: string): string {
  if (text === '' || text.endsWith('\n\n')) return '';
  return text.endsWith('\n') ? '\n' : '\n\n';
}
