import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Breakage, LedgerRun, type LedgerSchedule } from './ledger-run.ts';

const numRuns = Number(process.env.LEDGER_RUNS ?? 1000);
const seed = Number(process.env.SIM_SEED ?? 20261121);

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

const schedules = fc.record({
  seed: fc.integer(),
  rooms: fc.constantFrom(1, 2, 3, 5, 20),
  hooks: fc.integer({ min: 5, max: 60 }),
  /** Calls that the tightest budget has money for. */
  money: fc.integer({ min: 0, max: 40 }),
  trouble: fc.constantFrom(0, 5, 20),
});

/** The first session starts the others, or one that it started does. */
const families = schedules.map((schedule) => ({ ...schedule, rooms: Math.max(2, Math.min(8, schedule.rooms)), family: true }));

async function play(schedule: LedgerSchedule, breakage?: Breakage): Promise<LedgerRun> {
  const run = new LedgerRun(schedule, breakage);
  try {
    await run.play();
    return run;
  } finally {
    run.close();
  }
}

/** Plays `numRuns` schedules, prints what happened in them, and wants of each of these to have happened often enough to mean something. */
async function playAll(arbitrary: fc.Arbitrary<LedgerSchedule>, often: (keyof LedgerRun['seen'])[]): Promise<void> {
  const seen = Object.fromEntries(often.map((name) => [name, 0]));
  const property = fc.asyncProperty(arbitrary, async (schedule) => {
    const run = await play(schedule);
    for (const name of often) seen[name] = (seen[name] ?? 0) + run.seen[name];
  });
  await fc.assert(property, { numRuns, seed });
  console.info(`${numRuns} schedules`, seen);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(numRuns / 10);
}

describe('budgets above the session', () => {
  it(`are never overrun, refuse nothing while money is free and get all of it back, in ${numRuns} schedules of lost calls, evictions and dead rooms`, {
    timeout: 600_000,
  }, async () => {
    await playAll(schedules, ['allowed', 'refused', 'evictions', 'lost', 'recalled']);
  });

  it(`are as exact where a session and those that it starts share what it may spend, in ${numRuns} schedules of families`, {
    timeout: 600_000,
  }, async () => {
    await playAll(families, ['allowed', 'refused', 'evictions', 'lost', 'recalled', 'children', 'raised']);
  });

  it.each([
    [1, 'in one room', false],
    [20, 'over 20 rooms', false],
    [20, 'over 20 sessions of one family', true],
  ])(
    'let 300 of 500 calls start that arrive at once, where there is money for 300: %i, %s',
    async (rooms, _, family) => {
      for (const trouble of [0, 5]) {
        const { seen } = await play({ seed: rooms + trouble, rooms, hooks: 500, money: 300, trouble, family, atOnce: true });
        console.info(`500 at once, ${rooms} rooms, ${trouble} % of steps going wrong`, seen);
        if (trouble === 0) expect(seen).toMatchObject({ allowed: 300, refused: 200 });
      }
    },
    120_000,
  );

  it.each<[Breakage, fc.Arbitrary<LedgerSchedule>]>([
    ['a grant counts for nothing', schedules],
    ['a recalled lease is kept', schedules],
    ['an old message counts', schedules],
    ['nobody is recalled', schedules],
    ['a parent is not asked what it uses', families],
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
