import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Segment, type SpooledHook } from '../../cli/hook/segment.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

const hook = (id: string, more: Partial<SpooledHook> = {}): SpooledHook => ({
  id,
  at: '2026-11-21T08:00:00.000Z',
  hook: { session_id: 's', hook_event_name: 'MessageDisplay', delta: id },
  ...more,
});
const newFile = () => join(temporaryFolder(), '1.ndjson');
const all = (segment: Segment) => segment.pending(Number.POSITIVE_INFINITY).map(({ id, n }) => [id, n]);

describe('a segment', () => {
  it('numbers hooks by their place, from 1', () => {
    const segment = Segment.open(newFile());
    for (const id of ['a', 'b', 'c']) segment.append(hook(id));
    expect(all(segment)).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
  });

  it('is one stream, whoever opens it', () => {
    const file = newFile();
    const first = Segment.open(file);
    expect(Segment.open(file).stream).toBe(first.stream);
    expect(Segment.open(newFile()).stream).not.toBe(first.stream);
  });

  it('is nothing where there is no file, and refuses one that is not ours', () => {
    const file = newFile();
    expect(Segment.read(file)).toBeNull();
    writeFileSync(file, 'something else\n');
    expect(() => Segment.open(file)).toThrow('no spool of ours');
  });

  it('goes on after what is acknowledged, with the next number', () => {
    const segment = Segment.open(newFile());
    for (const id of ['a', 'b', 'c']) segment.append(hook(id));
    const [, second] = segment.pending(Number.POSITIVE_INFINITY);
    segment.acknowledge({ offset: second?.endOffset ?? 0, n: 2 });
    expect(all(segment)).toEqual([['c', 3]]);
  });

  it('does not forget when an older acknowledgement comes late', () => {
    const segment = Segment.open(newFile());
    for (const id of ['a', 'b']) segment.append(hook(id));
    const [first, second] = segment.pending(Number.POSITIVE_INFINITY);
    segment.acknowledge({ offset: second?.endOffset ?? 0, n: 2 });
    segment.acknowledge({ offset: first?.endOffset ?? 0, n: 1 });
    expect(all(segment)).toEqual([]);
  });

  it('finds a hook that is acknowledged already', () => {
    const segment = Segment.open(newFile());
    for (const id of ['a', 'b']) segment.append(hook(id));
    const last = segment.pending(Number.POSITIVE_INFINITY).at(-1);
    segment.acknowledge({ offset: last?.endOffset ?? 0, n: 2 });
    expect(segment.find('a')?.n).toBe(1);
    expect(segment.find('z')).toBeUndefined();
  });

  it('keeps any text, lone surrogates and line breaks among it', () => {
    const segment = Segment.open(newFile());
    const delta = 'a\nb\r\n\u2028 \ud800 \0 "quoted" ünïcödé';
    segment.append(hook('a', { hook: { session_id: 's', hook_event_name: 'MessageDisplay', delta } }));
    expect(segment.pending(1)[0]?.hook.delta).toBe(delta);
  });

  it('gives the same numbers whatever kill tears a write, and wherever', () => {
    const line = Buffer.from(`\n${JSON.stringify(hook('torn'))}\n`);
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(line.length - 1)), { maxLength: 12 }), (writes) => {
        const file = newFile();
        const segment = Segment.open(file);
        const whole: string[] = [];
        for (const [index, tornAt] of writes.entries()) {
          // A torn write leaves its first bytes; null is a write that went well.
          if (tornAt !== null) appendFileSync(file, line.subarray(0, tornAt));
          else segment.append(hook(`h${index}`));
          if (tornAt === null) whole.push(`h${index}`);
          // All but the last line break had been written: that hook is whole as soon as another follows.
          else if (tornAt === line.length - 1 && writes.slice(index + 1).some((later) => later !== 0)) whole.push('torn');
        }
        const seen = segment.pending(Number.POSITIVE_INFINITY);
        expect(seen.map(({ id }) => id)).toEqual(whole);
        expect(seen.map(({ n }) => n)).toEqual(whole.map((_, index) => index + 1));
        // Reading in two goes gives what reading in one does.
        const middle = seen[Math.floor(seen.length / 2)];
        if (!middle) return;
        segment.acknowledge({ offset: middle.endOffset, n: middle.n });
        expect(all(segment)).toEqual(seen.slice(middle.n).map(({ id, n }) => [id, n]));
      }),
      { numRuns: 200 },
    );
  });

  it('says so when the file is not whole at its end, by waiting for the rest', () => {
    const file = newFile();
    const segment = Segment.open(file);
    segment.append(hook('a'));
    const text = readFileSync(file, 'utf8');
    appendFileSync(file, text.slice(text.indexOf('\n', 1), -1));
    expect(all(segment)).toEqual([['a', 1]]);
    appendFileSync(file, '\n');
    expect(all(segment).length).toBe(2);
  });
});
