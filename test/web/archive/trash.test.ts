import { expect, test } from 'vitest';
import { goneWords, kindIn, trashName } from '../../../web/models/archive/trash.ts';
import { limits } from '../../../wire/limits.ts';
import type { TrashItem } from '../../../wire/trash.ts';

const item: TrashItem = {
  id: 'ses_1',
  kind: 'session',
  title: '',
  sessionId: 'ses_1',
  deletedAt: '2026-11-20T10:00:00.000Z',
  deletedBy: null,
};

test.each([
  ['snapshot', 'snapshot'],
  ['session', 'session'],
  ['nonsense', 'session'],
  [undefined, 'session'],
])('an address with the kind %s shows the list of each %s', (kind, list) => {
  expect(kindIn(kind)).toBe(list);
});

test('what has no name is known by why it was taken, and a session by being one', () => {
  const snapshot: TrashItem = { ...item, kind: 'snapshot', taken: { reason: 'interval', at: '2026-11-19T10:00:00.000Z' } };
  expect([item, { ...item, title: 'Tidy up' }, snapshot, { ...snapshot, title: 'mine' }].map(trashName)).toEqual([
    'Untitled session',
    'Tidy up',
    'By the clock',
    'mine',
  ]);
});

test.each([
  [0, `gone in ${limits.trashDays} days`],
  [0.5, `gone in ${limits.trashDays} days`],
  [1, `gone in ${limits.trashDays - 1} days`],
  [limits.trashDays - 0.1, 'gone in 1 day'],
  [limits.trashDays, 'gone any time now'],
  [limits.trashDays + 1, 'gone any time now'],
])('after %d days in the trash it is %s', (days, words) => {
  expect(goneWords(item.deletedAt, Date.parse(item.deletedAt) + days * 24 * 3600_000)).toBe(words);
});
