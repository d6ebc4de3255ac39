import { limits } from '../../wire/limits.ts';

/** What is known of one client stream: every number up to `mark`, and those in `above`, ascending. */
export interface Stream {
  mark: number;
  above: readonly number[];
}

export const emptyStream: Stream = { mark: 0, above: [] };

export const hasSeen = (stream: Stream, n: number): boolean => n <= stream.mark || stream.above.includes(n);

/** The stream with `n` in it; the mark moves over every number that is now contiguous. */
export function mark(stream: Stream, n: number): Stream {
  if (hasSeen(stream, n)) return stream;
  if (n !== stream.mark + 1) return { mark: stream.mark, above: [...stream.above, n].sort((a, b) => a - b) };
  let next = n;
  let held = 0;
  while (stream.above[held] === next + 1) {
    next += 1;
    held += 1;
  }
  return { mark: next, above: stream.above.slice(held) };
}

/** Whether a batch of numbers fits: remembering more than the cap above the mark would cost a row's size. */
export function fits(stream: Stream, numbers: readonly number[]): boolean {
  const after = numbers.toSorted((a, b) => a - b).reduce(mark, stream);
  return after.above.length <= limits.maxStreamAhead;
}
