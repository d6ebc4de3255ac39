import { describe, it } from 'vitest';
import { families, numRuns, playAll } from './ledger-schedules.ts';

describe('budgets above the session', () => {
  it(`are as exact where a session and those that it starts share what it may spend, in ${numRuns} schedules of families`, {
    timeout: 600_000,
  }, async () => {
    await playAll(families, ['allowed', 'refused', 'evictions', 'lost', 'recalled', 'children', 'raised']);
  });
});
