import { describe, expect, it } from 'vitest';
import { ComparisonModel } from '../../../web/models/compare/comparison.ts';
import { comparedEdit, sideNote } from '../../../web/models/compare/comparison-diff.ts';
import { figureRows, patchProblem } from '../../../web/models/compare/comparison-figures.ts';
import { CompareTools } from '../../../web/pages/compare/compare-tools.tsx';
import type { ComparedFile, ComparedSide, Comparison, FileText } from '../../../wire/comparison.ts';
import { limits } from '../../../wire/limits.ts';
import { shownText } from '../shown-text.ts';

const tokens = { input: 10, output: 20, cacheRead: 0, cacheWrite: 0 };
const side = (over: Partial<NonNullable<ComparedSide['figures']>> | null): ComparedSide => ({
  ...{ sessionId: 'ses_1', title: '', agent: 'tester', model: null, status: 'completed', startedAt: '', endedAt: null },
  ...{ outcome: null, snapshot: null, eventsRead: 0, eventsLeftOut: 0 },
  figures: over && { costMicroUsd: 0, unpricedCalls: 0, tokens, durationMs: 0, errorCount: 0, toolCallCount: 0, ...over },
});
const comparison = (a: ComparedSide, b: ComparedSide, files: Comparison['files']): Comparison => ({
  ...{ a, b, files },
  tools: { onlyA: [], onlyB: [], common: [], leftOut: 0 },
  path: { rows: [], leftOutA: 0, leftOutB: 0 },
});
const edits: Comparison['files'] = { from: 'edits', items: [], leftOut: 0 };
const file = (a: FileText, b: FileText): ComparedFile => ({ path: 'a.txt', from: 'snapshots', a, b });
const text = (words: string): FileText => ({ kind: 'text', text: words });

describe('the figures of two sides', () => {
  it('have their difference with its sign, and none where a side is a snapshot', () => {
    const a = side({ costMicroUsd: 400_000, errorCount: 2, durationMs: 60_000 });
    const b = side({ costMicroUsd: 150_000, errorCount: 2, durationMs: 61_000 });
    const rows = figureRows(comparison(a, b, edits));
    expect(rows[0]).toEqual({ name: 'Cost', a: '$0.40', b: '$0.15', difference: '−$0.25' });
    expect(rows.find(({ name }) => name === 'Duration')?.difference).toBe('+1.0s');
    expect(rows.find(({ name }) => name === 'Errors')?.difference).toBe('=');
    const untold = side({ tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } });
    expect(figureRows(comparison(untold, untold, edits))[0]).toEqual({ name: 'Cost', a: '–', b: '–', difference: '' });
    expect(figureRows(comparison(a, side(null), edits))[0]).toEqual({ name: 'Cost', a: '$0.40', b: '–', difference: '' });
  });
});

describe('the calls of a tool', () => {
  it('stand apart from those of them that failed and that were refused', () => {
    const common = [{ tool: 'Bash', a: { calls: 4, failed: 1, refused: 1 }, b: { calls: 2, failed: 0, refused: 0 } }];
    const shown = shownText(CompareTools({ tools: { onlyA: [], onlyB: [], common, leftOut: 0 } }));
    expect(shown).toContain('Bash4 · 1 failed · 1 refused2');
  });
});

describe('a patch is offered', () => {
  it('where both have a snapshot, and their differences are not too large', () => {
    const from = (sizeB: number): Comparison['files'] => ({
      ...{ from: 'snapshots', unchanged: 0, leftOut: 0 },
      items: [{ path: 'a', change: 'added', sizeA: null, sizeB }],
    });
    expect(patchProblem(comparison(side(null), side(null), from(5)))).toBeUndefined();
    expect(patchProblem(comparison(side(null), side(null), from(limits.maxPatchBytes + 1)))).toBe('too large');
    expect(patchProblem(comparison(side(null), side(null), edits))).toBe('needs a snapshot of both');
  });
});

describe('a file on both sides', () => {
  it('is its changed lines, with their numbers', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join('');
    const edit = comparedEdit(file(text(lines), text(lines.replace('line 10\n', 'line ten\n'))));
    expect(edit?.hunks).toEqual([
      {
        oldStart: 7,
        newStart: 7,
        lines: [' line 7', ' line 8', ' line 9', '-line 10', '+line ten', ' line 11', ' line 12', ' line 13'],
      },
    ]);
    expect(comparedEdit(file(text(lines), text(lines)))?.hunks).toEqual([]);
  });

  it('is all new or all gone where the other side has none, and nothing where neither is text', () => {
    expect(comparedEdit(file({ kind: 'absent' }, text('a\nb')))).toMatchObject({
      kind: 'create',
      hunks: [{ lines: ['+a', '+b'] }],
    });
    expect(comparedEdit(file(text('a\n'), { kind: 'absent' }))?.hunks).toMatchObject([{ lines: ['-a'] }]);
    expect(comparedEdit(file({ kind: 'binary', size: 3 }, { kind: 'absent' }))).toBeNull();
  });

  it('says beside its text what there is no text for', () => {
    expect(sideNote(text('x'), 'A', 'edits')).toBeUndefined();
    expect(sideNote({ kind: 'absent' }, 'A', 'edits')).toBe('A did not edit this file.');
    expect(sideNote({ kind: 'binary', size: 1200 }, 'B', 'snapshots')).toBe('B has 1.2 KB that are no text.');
    expect(sideNote({ kind: 'too_many_edits' }, 'A', 'edits')).toContain('is not followed to the end');
    const pieces: FileText = { kind: 'pieces', pieces: ['a', 'b'], leftOut: 3 };
    expect(sideNote(pieces, 'B', 'edits')).toBe(
      'Of B the log tells only what its edits put in, and 3 earlier ones are left out.',
    );
    expect(comparedEdit(file({ kind: 'absent' }, pieces))?.hunks).toMatchObject([{ lines: ['+a', '+⋯', '+b'] }]);
  });
});

describe('a comparison on the page', () => {
  it('asks for each file once, and again where that failed', async () => {
    const asked: string[] = [];
    let fails = true;
    const model = new ComparisonModel({
      comparison: () => Promise.reject(new Error('offline')),
      file: async (path) => {
        asked.push(path);
        if (fails) throw new Error('offline');
        return file(text('a'), text('b'));
      },
    });
    await model.load();
    expect(model.failure.value?.message).toBe('offline');
    await model.open('a.txt');
    expect(model.files.value.get('a.txt')).toEqual({ state: 'failed', message: 'offline' });
    fails = false;
    await model.open('a.txt');
    await model.open('a.txt');
    expect(model.files.value.get('a.txt')?.state).toBe('ready');
    expect(asked).toEqual(['a.txt', 'a.txt']);
  });
});
