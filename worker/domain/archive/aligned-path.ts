import type { PathRow, Step } from '../../../wire/comparison.ts';

/** A pair that does the same on the same thing is worth more than two that only call the same tool. */
const sameThing = 3;
const sameTool = 1;

const bothMove = 0;
const aMoves = 1;
const bMoves = 2;

/**
 * Two ways side by side: every step once and in its order, and those steps as partners that make the most of what the ways have in common
 * (global alignment after Needleman and Wunsch, whose special case is the longest common subsequence). Time and memory grow with the
 * product of the lengths: callers cap them.
 */
export function alignedPath(a: readonly Step[], b: readonly Step[]): PathRow[] {
  const moves = bestMoves(a, b);
  const width = b.length + 1;
  const rows: PathRow[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const move = moves[i * width + j];
    const [left, right] = [a[i], b[j]];
    if (left && right && move === bothMove) rows.push({ a: left, b: right, same: worth(left, right) === sameThing });
    else if (left && (move === aMoves || !right)) rows.push({ a: left, b: null, same: false });
    else if (right) rows.push({ a: null, b: right, same: false });
    const row = rows.at(-1);
    if (row?.a) i += 1;
    if (row?.b) j += 1;
  }
  return rows;
}

/** What two steps have in common; 0 where they cannot be partners. */
export function worth(a: Step, b: Step): number {
  if (a.tool !== b.tool) return 0;
  return a.target === b.target ? sameThing : sameTool;
}

/** The best move from each place on, a byte each; only two rows of scores are kept, counted from the ends. */
function bestMoves(a: readonly Step[], b: readonly Step[]): Uint8Array {
  const [tools, things] = [numbersOf(a, b, ({ tool }) => tool), numbersOf(a, b, ({ tool, target }) => `${tool}\n${target}`)];
  const width = b.length + 1;
  const moves = new Uint8Array((a.length + 1) * width).fill(bMoves);
  let below = new Uint32Array(width);
  let scores = new Uint32Array(width);
  for (let i = a.length - 1; i >= 0; i--) {
    scores[b.length] = 0;
    moves[i * width + b.length] = aMoves;
    for (let j = b.length - 1; j >= 0; j--) {
      const isSameTool = tools.a[i] === tools.b[j];
      const both = isSameTool ? (below[j + 1] ?? 0) + (things.a[i] === things.b[j] ? sameThing : sameTool) : 0;
      const onlyA = below[j] ?? 0;
      const best = Math.max(both, onlyA, scores[j + 1] ?? 0);
      scores[j] = best;
      if (isSameTool && both === best) moves[i * width + j] = bothMove;
      else if (onlyA === best) moves[i * width + j] = aMoves;
    }
    [below, scores] = [scores, below];
  }
  return moves;
}

/** A number for each text, equal where the texts are: millions of pairs are compared. */
function numbersOf(a: readonly Step[], b: readonly Step[], textOf: (step: Step) => string): { a: Uint32Array; b: Uint32Array } {
  const known = new Map<string, number>();
  const numberOf = (step: Step): number => {
    const text = textOf(step);
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  };
  return { a: Uint32Array.from(a, numberOf), b: Uint32Array.from(b, numberOf) };
}
