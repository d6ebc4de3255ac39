import type { ComparedFigures, Comparison } from '../../../wire/comparison.ts';
import { limits } from '../../../wire/limits.ts';
import { hasUsage } from '../../../wire/session-usage.ts';
import { count, duration, money } from '../../format.ts';

export interface FigureRow {
  name: string;
  a: string;
  b: string;
  /** B less A, with its sign; `=` where they are equal, empty where a side has none. */
  difference: string;
}

/** Of a session that told no usage, zeros would claim that it was free. */
const told = (of: (figures: ComparedFigures) => number) => (figures: ComparedFigures) => (hasUsage(figures) ? of(figures) : null);

const figures: [name: string, of: (figures: ComparedFigures) => number | null, words: (value: number) => string][] = [
  ['Cost', told(({ costMicroUsd }) => costMicroUsd), money],
  ['Duration', ({ durationMs }) => durationMs, duration],
  ['Tool calls', ({ toolCallCount }) => toolCallCount, count],
  ['Errors', ({ errorCount }) => errorCount, count],
  ['Tokens in', told(({ tokens }) => tokens.input), count],
  ['Tokens out', told(({ tokens }) => tokens.output), count],
  ['Tokens from the cache', told(({ tokens }) => tokens.cacheRead), count],
  ['Tokens to the cache', told(({ tokens }) => tokens.cacheWrite), count],
];

/** What each side came to, and by how much B differs. */
export function figureRows({ a, b }: Comparison): FigureRow[] {
  return figures.map(([name, of, words]) => {
    const [left, right] = [a.figures && of(a.figures), b.figures && of(b.figures)];
    return {
      name,
      a: left === null ? '–' : words(left),
      b: right === null ? '–' : words(right),
      difference: left === null || right === null ? '' : differenceIn(right - left, words),
    };
  });
}

function differenceIn(difference: number, words: (value: number) => string): string {
  if (difference === 0) return '=';
  return `${difference > 0 ? '+' : '−'}${words(Math.abs(difference))}`;
}

/** Why there is no patch of it; undefined where there is one. */
export function patchProblem({ files }: Comparison): string | undefined {
  if (files.from === 'edits') return 'needs a snapshot of both';
  const bytes = files.items.reduce((sum, { sizeA, sizeB }) => sum + (sizeA ?? 0) + (sizeB ?? 0), 0);
  return bytes > limits.maxPatchBytes ? 'too large' : undefined;
}
