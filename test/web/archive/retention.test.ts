import { expect, test } from 'vitest';
import {
  reportWords,
  retentionPatch,
  retentionProblems,
  retentionTexts,
  shorteningWords,
} from '../../../web/models/archive/retention.ts';
import { defaultRetention } from '../../../wire/retention.ts';

test('the form shows the days in force, and nothing where things are kept for good', () => {
  expect(retentionTexts({ liveDays: 2, sessionDays: 90, snapshotDays: null })).toEqual({
    liveDays: '2',
    sessionDays: '90',
    snapshotDays: '',
  });
});

test.each([
  ['sessionDays', '', undefined],
  ['sessionDays', '0', 'Between 1 and 3650 days.'],
  ['snapshotDays', '1.5', 'Enter a whole number of days.'],
  ['snapshotDays', 'ninety', 'Enter a whole number of days.'],
  ['liveDays', '', 'Enter a number; 0 is an hour.'],
  ['liveDays', '31', 'Between 0 and 30 days.'],
  ['liveDays', ' 30 ', undefined],
])('%s as “%s” is %s', (name, text, problem) => {
  expect(retentionProblems({ ...retentionTexts(defaultRetention), [name]: text })[name]).toBe(problem);
});

test('only what was changed is sent, and an emptied field keeps for good', () => {
  const before = { liveDays: 0, sessionDays: 90, snapshotDays: 30 };
  const texts = { ...retentionTexts(before), sessionDays: '', liveDays: '3' };
  expect(retentionPatch(texts, before)).toEqual({ liveDays: 3, sessionDays: null });
});

const sessionsGo = 'Sessions without an event for 30 days go into the trash, with their log and snapshots.';
const snapshotsGo = 'Snapshots that were taken 1 day ago or earlier go into the trash, named or not.';

test.each([
  ['a first limit', { sessionDays: 30, snapshotDays: 1 }, {}, [sessionsGo, snapshotsGo]],
  ['a lower one', { sessionDays: 30 }, { sessionDays: 31, snapshotDays: 2 }, [sessionsGo]],
  ['a higher one', { sessionDays: 30, snapshotDays: 1 }, { sessionDays: 29, snapshotDays: 0 }, []],
  ['none any more', { sessionDays: null, snapshotDays: null }, { sessionDays: 29, snapshotDays: 1 }, []],
  ['one as it was', { liveDays: 0 }, { liveDays: 3, sessionDays: 30, snapshotDays: 1 }, []],
])('%s says what is thrown away by it', (_, patch, before, words) => {
  expect(shorteningWords(patch, { ...defaultRetention, ...before })).toEqual(words);
});

test('a report says what went where', () => {
  const none = { trashedSessions: 0, trashedSnapshots: 0, erasedSessions: 0, erasedSnapshots: 0, failures: 0 };
  const at = '2026-11-27T08:00:00.000Z';
  expect(reportWords({ ...none, at, trashedSessions: 2, erasedSnapshots: 1 })).toBe(
    '2 sessions into the trash, 1 snapshot gone for good',
  );
});
