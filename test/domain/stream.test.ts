import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import { emptyStream, fits, hasSeen, mark } from '../../worker/domain/stream.ts';
import { draft, SessionRun } from './session-run.ts';

const settings = { seed: 20261121, numRuns: 1000 };
const numbers = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });

describe('a stream', () => {
  it('knows exactly the numbers that were marked, in whatever order and however often', () => {
    fc.assert(
      fc.property(numbers, (seen) => {
        const stream = seen.reduce(mark, emptyStream);
        const set = new Set(seen);
        for (let n = 1; n <= 41; n += 1) expect(hasSeen(stream, n)).toBe(set.has(n));
      }),
      settings,
    );
  });

  it('remembers as little as it can: the mark is the last number without a hole, and above it lie the others, ascending', () => {
    fc.assert(
      fc.property(numbers, (seen) => {
        const { mark: top, above } = seen.reduce(mark, emptyStream);
        const set = new Set(seen);
        let expected = 0;
        while (set.has(expected + 1)) expected += 1;
        expect(top).toBe(expected);
        expect(above).toEqual([...set].filter((n) => n > expected).sort((a, b) => a - b));
      }),
      settings,
    );
  });

  it('does not change what it was made from', () => {
    const before = [3, 5].reduce(mark, emptyStream);
    mark(before, 1);
    expect(before).toEqual({ mark: 0, above: [3, 5] });
    expect(emptyStream).toEqual({ mark: 0, above: [] });
  });

  it('takes a batch that fits once all of it is in, even where it does not on the way', () => {
    const ahead = Array.from({ length: limits.maxStreamAhead }, (_, index) => index + 2);
    expect(fits(emptyStream, ahead)).toBe(true);
    expect(fits(emptyStream, [...ahead, limits.maxStreamAhead + 2])).toBe(false);
    expect(fits(emptyStream, [...ahead, limits.maxStreamAhead + 2, 1])).toBe(true);
    expect(fits(emptyStream, [...ahead, ...ahead])).toBe(true);
    const full = ahead.reduce(mark, emptyStream);
    expect(fits(full, [9000])).toBe(false);
    expect(fits(full, [1])).toBe(true);
  });

  it('of any name is a stream of its own, and refuses a batch whole', () => {
    const run = new SessionRun();
    for (const stream of ['__proto__', 'constructor', 'toString', '', '1']) {
      expect(run.ingest({ stream, drafts: [draft('message', { n: 1 }), draft('message', { n: 2 })] })).toMatchObject({
        accepted: 2,
      });
      expect(run.ingest({ stream, drafts: [draft('message', { n: 2 }), draft('message', { n: 3 })] })).toMatchObject({
        accepted: 1,
      });
    }
    const far = Array.from({ length: limits.maxStreamAhead + 1 }, (_, index) => draft('message', { n: index + 10 }));
    const before = run.state;
    expect(() => run.ingest({ stream: '1', drafts: far })).toThrow('"code":"stream_gap","mark":3');
    expect(run.state).toBe(before);
  });

  it('that was not used for longest makes room for a new one', () => {
    const run = new SessionRun();
    for (let index = 0; index < limits.maxStreamsPerSession; index += 1) {
      run.ingest({ stream: `s${index}`, drafts: [draft('message', { n: 1 })] });
    }
    run.ingest({ stream: 's0', drafts: [draft('message', { n: 2 })] });
    run.ingest({ stream: 'new', drafts: [draft('message', { n: 1 })] });
    expect(Object.keys(run.state.streams)).toHaveLength(limits.maxStreamsPerSession);
    expect(run.state.streams).toMatchObject({ s0: { mark: 2 }, new: { mark: 1 } });
    expect(run.state.streams).not.toHaveProperty('s1');
  });
});
