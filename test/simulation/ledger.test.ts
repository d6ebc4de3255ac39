import { describe, expect, it } from 'vitest';
import { numRuns, play, playAll, schedules } from './ledger-schedules.ts';

describe('budgets above the session', () => {
  it(`are never overrun, refuse nothing while money is free and get all of it back, in ${numRuns} schedules of lost calls, evictions and dead rooms`, {
    timeout: 600_000,
  }, async () => {
    await playAll(schedules, ['allowed', 'refused', 'evictions', 'lost', 'recalled']);
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
});
