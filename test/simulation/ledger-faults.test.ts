import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Breakage, LedgerSchedule } from './ledger-run.ts';
import { families, play, schedules, seed } from './ledger-schedules.ts';

describe('a mistake in the books of budgets', () => {
  it.each<[Breakage, fc.Arbitrary<LedgerSchedule>]>([
    ['a grant counts for nothing', schedules],
    ['a recalled lease is kept', schedules],
    ['an old message counts', schedules],
    ['nobody is recalled', schedules],
    ['a parent is not asked what it uses', families],
    ['a room sends before it saves', families],
  ])(
    'would be found out if %s',
    async (breakage, arbitrary) => {
      const property = fc.asyncProperty(arbitrary, async (schedule) => void (await play(schedule, breakage)));
      const { failed } = await fc.check(property, { numRuns: 200, seed, endOnFailure: true });
      expect(failed).toBe(true);
    },
    120_000,
  );
});
