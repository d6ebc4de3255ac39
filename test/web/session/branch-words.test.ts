import { expect, test } from 'vitest';
import { controlWords } from '../../../web/models/session/session-control.ts';
import type { BranchOutcome } from '../../../wire/branch.ts';

const by = { userId: 'usr_1', name: 'Robin' };
const branch = { fromSeq: 3, snapshotId: null, name: 'With a queue', description: null, madeAt: '2026-11-20T12:00:00.000Z' };
const outcome: BranchOutcome = {
  ...{ seq: 9, words: 'The queue it is.', files: ['src/queue.ts'], fileCount: 3 },
  ...{ costMicroUsd: 420_000, tokens: 10, durationMs: 1000 },
};

test('a branch says where it came from, and its parent what was made of it and what that came to', () => {
  expect(controlWords({ action: 'branched', by, branch })).toBe('Branched off by Robin at event 3');
  expect(controlWords({ action: 'branch_made', by, branch })).toBe('Branch by Robin: “With a queue”');
  expect(controlWords({ action: 'branch_merged', by, branch, outcome })).toBe(
    'Outcome of the branch “With a queue”, attached by Robin: The queue it is.\n\n$0.42, changed src/queue.ts and 2 more',
  );
  expect(controlWords({ action: 'branch_merged', by, branch, outcome: { ...outcome, files: [], fileCount: 0 } })).toContain(
    '$0.42, no files changed',
  );
});

test('what a branch spends counts toward its parent’s budget, or says that it does not', () => {
  expect(controlWords({ action: 'parent_found', branch })).toBe('What it spends counts toward its parent’s budget, too');
  expect(controlWords({ action: 'parent_ignored', branch })).toBe('What it spends counts for itself alone');
  expect(controlWords({ action: 'parent_found' })).toBe('Started by another session');
});
