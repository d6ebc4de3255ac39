import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LocalD1 } from './local-d1.ts';
import { play } from './local-stage.ts';
import { schedules } from './schedule.ts';
import { Sky } from './weather.ts';

const numRuns = Number(process.env.SIM_RUNS ?? 2000);
const seed = Number(process.env.SIM_SEED ?? 20261121);

let d1: LocalD1;
beforeAll(() => {
  // A failed duty is logged, and most schedules have some.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

describe('whatever the order of things', () => {
  it(`${numRuns} schedules end with every event stored once, right totals, D1 and the archive in agreement, and nothing missing live`, {
    timeout: 600_000,
  }, async () => {
    let played = 0;
    let evictions = 0;
    const property = fc.asyncProperty(schedules, async (schedule) => {
      // A database grows with every organization in it; a fresh one now and then keeps the last schedules as fast as the first.
      if (played % 500 === 0) d1 = new LocalD1(new Sky());
      played += 1;
      d1.sky.weather = 'fair';
      evictions += await play(d1, schedule);
    });
    const report = await fc.check(property, { numRuns, seed, path: process.env.SIM_PATH });
    const { failed, counterexamplePath, errorInstance } = report;
    const again = `SIM_SEED=${seed} SIM_PATH=${counterexamplePath} npx vitest run --project plain test/simulation/simulation.test.ts`;
    if (failed) throw new Error(`repeat it with: ${again}\n\n${fc.defaultReportMessage(report)}`, { cause: errorInstance });
    expect(report.numRuns).toBe(numRuns);
    console.info(`${played} schedules, ${evictions} evictions`);
  });
});
