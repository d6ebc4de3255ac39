import { expect, test } from 'vitest';
import { reportWords, retentionPatch, retentionProblems, retentionTexts } from '../../web/models/retention.ts';
import { defaultRetention } from '../../wire/retention.ts';

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

test('a report says what went where', () => {
  const none = { trashedSessions: 0, trashedSnapshots: 0, erasedSessions: 0, erasedSnapshots: 0, failures: 0 };
  const at = '2026-11-27T08:00:00.000Z';
  expect(reportWords({ ...none, at, trashedSessions: 2, erasedSnapshots: 1 })).toBe(
    '2 sessions into the trash, 1 snapshot gone for good',
  );
});
