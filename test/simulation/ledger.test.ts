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

async function play(schedule: LedgerSchedule, breakage?: Breakage): Promise<LedgerRun> {
  const run = new LedgerRun(schedule, breakage);
  try {
    await run.play();
    return run;
  } finally {
    run.close();
  }
}

describe('budgets above the session', () => {
  it(`are never overrun, refuse nothing while money is free and get all of it back, in ${numRuns} schedules of lost calls, evictions and dead rooms`, {
    timeout: 600_000,
  }, async () => {
    const seen = { allowed: 0, refused: 0, evictions: 0, lost: 0, recalled: 0 };
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const run = await play(schedule);
        for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += run.seen[name];
      }),
      { numRuns, seed },
    );
    console.info(`${numRuns} schedules`, seen);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(numRuns / 10);
  });

  it.each([1, 20])(
    'let 300 of 500 calls start that arrive at once in %i rooms, where there is money for 300',
    async (rooms) => {
      for (const trouble of [0, 5]) {
        const { seen } = await play({ seed: rooms + trouble, rooms, hooks: 500, money: 300, trouble, atOnce: true });
        if (trouble === 0) expect(seen).toMatchObject({ allowed: 300, refused: 200 });
      }
    },
    120_000,
  );

  it.each<Breakage>(['a grant counts for nothing', 'a recalled lease is kept', 'an old message counts', 'nobody is recalled'])(
    'would be found out if %s',
    async (breakage) => {
      const property = fc.asyncProperty(schedules, async (schedule) => void (await play(schedule, breakage)));
      const { failed } = await fc.check(property, { numRuns: 200, seed, endOnFailure: true });
      expect(failed).toBe(true);
    },
    120_000,
  );
});
