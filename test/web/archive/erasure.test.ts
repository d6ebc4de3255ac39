import { describe, expect, it } from 'vitest';
import { erasureWords, isTheirName } from '../../../web/models/archive/erasure.ts';
import type { Erasure } from '../../../wire/erasure.ts';

const erasure = (more: Partial<Erasure>): Erasure => ({
  id: 'ers_1',
  name: 'Ada',
  startedAt: '2026-11-27T10:00:00.000Z',
  finishedAt: null,
  erasedSessions: 1,
  erasedSnapshots: 0,
  changedSessions: 2,
  checkedSessions: 40,
  totalSessions: 120,
  failures: 0,
  ...more,
});

describe('the erasing of a person', () => {
  it('is confirmed by their name, as it is written', () => {
    expect([' Ada Lovelace', 'ada lovelace', 'Ada', ''].map((typed) => isTheirName(typed, 'Ada Lovelace'))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('says how far it is, never further than all, and what is tried again', () => {
    expect(erasureWords(erasure({}))).toBe(
      '41 of 120 sessions looked through: 1 session of theirs went, 2 of others named them.',
    );
    expect(erasureWords(erasure({ checkedSessions: 130, failures: 3 }))).toBe(
      '120 of 120 sessions looked through: 1 session of theirs went, 2 of others named them; 3 sessions could not be reached, to be tried again.',
    );
  });

  it('says at its end what it did', () => {
    const finishedAt = '2026-11-27T10:06:00.000Z';
    expect(erasureWords(erasure({ name: null, finishedAt }))).toBe('1 session of theirs went, 2 of others named them.');
  });
});
