import fc from 'fast-check';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type Breakage, LedgerRun, type LedgerSchedule } from './ledger-run.ts';

export const numRuns = Number(process.env.LEDGER_RUNS ?? 1000);
export const seed = Number(process.env.SIM_SEED ?? 20261121);

// For every file that plays some.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

export const schedules = fc.record({
  seed: fc.integer(),
  rooms: fc.constantFrom(1, 2, 3, 5, 20),
  hooks: fc.integer({ min: 5, max: 60 }),
  /** Calls that the tightest budget has money for. */
  money: fc.integer({ min: 0, max: 40 }),
  trouble: fc.constantFrom(0, 5, 20),
});

/** The first session starts the others, or one that it started does. */
export const families = schedules.map((schedule) => ({
  ...schedule,
  rooms: Math.max(2, Math.min(8, schedule.rooms)),
  family: true,
}));

export async function play(schedule: LedgerSchedule, breakage?: Breakage): Promise<LedgerRun> {
  const run = new LedgerRun(schedule, breakage);
  try {
    await run.play();
    return run;
  } finally {
    run.close();
  }
}

/** Plays `numRuns` schedules, prints what happened in them, and wants of each of these to have happened often enough to mean something. */
export async function playAll(arbitrary: fc.Arbitrary<LedgerSchedule>, often: (keyof LedgerRun['seen'])[]): Promise<void> {
  const seen = Object.fromEntries(often.map((name) => [name, 0]));
  const property = fc.asyncProperty(arbitrary, async (schedule) => {
    const run = await play(schedule);
    for (const name of often) seen[name] = (seen[name] ?? 0) + run.seen[name];
  });
  await fc.assert(property, { numRuns, seed });
  console.info(`${numRuns} schedules`, seen);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(numRuns / 10);
}
