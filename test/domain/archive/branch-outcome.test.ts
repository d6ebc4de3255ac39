import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { mergeRefusal, outcomeOf, outcomeWords } from '../../../worker/domain/archive/branch-outcome.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { summary } from '../../store/sessions/summary.ts';
import { draft, finish, sessionOf, start } from '../session-run.ts';

const branch = { fromSeq: 3, snapshotId: null, name: 'With a mutex', description: null, madeAt: '2026-11-21T12:00:00.000Z' };
const session = summary('ses_b', {
  ...{ title: 'With a mutex', cwd: '/home/dev/app', gitBranch: 'flightdeck/mutex', branch, status: 'completed' },
  ...{ costMicroUsd: 420_000, tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 } },
  ...{ startedAt: '2026-11-21T12:00:00.000Z', endedAt: '2026-11-21T12:05:00.000Z' },
});
const outcome = (drafts: Draft[], of = session) => outcomeOf({ session: of, events: sessionOf(drafts).events, skipped: 0 }, of);

const work = [
  draft('prompt', { text: 'go' }),
  start('t1', 'Edit', { input: { file_path: '/home/dev/app/src/lock.ts' } }),
  finish('t1', 'Edit'),
  draft('message', { text: 'The mutex works.' }),
  draft('turn.finished', { ok: true, text: 'The mutex works.' }),
];

describe('the outcome of a branch', () => {
  it('is its last words, what it changed, and what it cost', () => {
    expect(outcome(work)).toEqual({
      seq: 5,
      words: 'The mutex works.',
      files: ['src/lock.ts'],
      fileCount: 1,
      costMicroUsd: 420_000,
      tokens: 10,
      durationMs: 300_000,
    });
  });

  it('is the same after its end, telemetry and bookkeeping, and another after more work', () => {
    const late = [
      draft('session.ended'),
      draft('usage', { usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, costMicroUsd: 5 }),
      draft('control', { control: { action: 'renamed', title: 'x' } }),
    ];
    expect(outcome([...work, ...late])?.seq).toBe(outcome(work)?.seq);
    expect(outcome([...work, ...late, draft('prompt', { text: 'more' })])?.seq).toBe(9);
  });

  it('is given back once, and again when the branch went on', () => {
    const first = outcome(work);
    expect(mergeRefusal(session, first)).toBeUndefined();
    const merged = { ...session, branch: { ...branch, mergedSeq: 5 } };
    expect(mergeRefusal(merged, first)).toContain('has done nothing since');
    expect(mergeRefusal(merged, outcome([...work, draft('prompt', { text: 'more' })]))).toBeUndefined();
  });

  it('is none of a session that is no branch, or that has done nothing', () => {
    expect(mergeRefusal({ ...session, branch: undefined }, outcome(work))).toContain('is no branch');
    expect(outcome([draft('control', { control: { action: 'branched', branch } })])).toBeNull();
    expect(mergeRefusal(session, null)).toBe('This branch has done nothing yet.');
  });

  it('is told to the parent’s agent with where the files are', () => {
    const told = outcome(work);
    expect(told && outcomeWords(session, told)).toBe(
      [
        'The branch “With a mutex” of this session (completed) came to this, for $0.42 and 10 tokens:',
        'The mutex works.',
        'It changed:\n- src/lock.ts',
        'It worked in /home/dev/app, on the git branch flightdeck/mutex.',
      ].join('\n\n'),
    );
  });

  it('fits a message, and names as many files as it may, whatever the branch did', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.string({ unit: 'binary', maxLength: 5000 }), (count, words) => {
        const edits = Array.from({ length: count }, (_, n) =>
          start(`t${n}`, 'Edit', { input: { file_path: `${'d/'.repeat(90)}${n}` } }),
        );
        const told = outcome([draft('prompt', { text: 'go' }), ...edits, draft('message', { text: words })]);
        expect(told?.fileCount).toBe(count);
        expect(told?.files.length).toBe(Math.min(count, limits.maxOutcomeFiles));
        const text = told ? outcomeWords({ ...session, title: words.slice(0, limits.maxTitleLength) }, told) : '';
        expect(text.length).toBeLessThanOrEqual(limits.maxMessageLength);
      }),
      { numRuns: 20 },
    );
  });
});
