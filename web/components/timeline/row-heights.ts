import type { Row } from '../../models/session/session-rows.ts';

const rowPx = 28;
const proseLinePx = 20;
const charsPerLine = 92;

/** All rows are asked for whenever one of them turns out taller, so each is guessed once. */
const guesses = new WeakMap<Row, number>();

/** A row's height before it was drawn: exact for the one-line rows, a guess for prose. */
export function estimateHeight(row: Row | undefined): number {
  if (!row) return rowPx;
  const known = guesses.get(row);
  if (known !== undefined) return known;
  const guess = guessHeight(row);
  guesses.set(row, guess);
  return guess;
}

function guessHeight(row: Row): number {
  switch (row.kind) {
    case 'prompt':
      return 16 + proseLinePx * proseLines(row.text);
    case 'message':
      return 8 + proseLinePx * proseLines(row.text);
    case 'tool':
      return row.failure ? rowPx + 10 + 18 * row.failure.split('\n').length : rowPx;
    case 'hole':
      return 40;
    default:
      return rowPx;
  }
}

function proseLines(text: string): number {
  let lines = 0;
  for (const line of text.slice(0, 1400).split('\n')) lines += Math.max(1, Math.ceil(line.length / charsPerLine));
  return Math.min(14, lines);
}
