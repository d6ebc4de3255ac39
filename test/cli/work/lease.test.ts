import { describe, expect, it } from 'vitest';
import { Refused } from '../../../cli/api.ts';
import { exitCodes, Failure } from '../../../cli/failure.ts';
import { Lease } from '../../../cli/work/lease.ts';
import type { ReportAnswer } from '../../../wire/work.ts';

const leaseMs = 180_000;

/** A lease whose server answers as `answer` does at the moment. */
function rig() {
  const stops: string[] = [];
  const world = { nowMs: 0, answer: async (): Promise<ReportAnswer> => ({ order: 'go_on', status: 'running' }) };
  const lease = new Lease(
    { send: () => world.answer(), now: () => world.nowMs, stop: (why) => void stops.push(why) },
    leaseMs,
    0,
  );
  return { lease, stops, world };
}

const away = async () => {
  throw new Failure('out of reach', exitCodes.unreachable);
};
const refusing = (status: number) => async () => {
  throw new Refused(status, 'no');
};

describe('a lease', () => {
  it('lasts as long as its reports arrive', async () => {
    const { lease, stops, world } = rig();
    for (let times = 0; times < 10; times += 1) {
      world.nowMs += 30_000;
      expect(await lease.report({ state: 'running' })).toBe(true);
    }
    expect([stops, lease.lost]).toEqual([[], false]);
  });

  it('has the agent stopped when somebody orders that, and goes on until it is gone', async () => {
    const { lease, stops, world } = rig();
    world.answer = async () => ({ order: 'stop', status: 'running' });
    await lease.report({ state: 'running' });
    expect([stops, lease.lost]).toEqual([['ordered'], false]);
  });

  it.each([401, 403, 404, 409])('is lost at a %i', async (status) => {
    const { lease, stops, world } = rig();
    world.answer = refusing(status);
    await lease.report({ state: 'running' });
    expect([stops, lease.lost]).toEqual([['lost'], true]);
  });

  it('outlives an outage, and is given up before another machine may have it', async () => {
    const { lease, stops, world } = rig();
    world.nowMs = 30_000;
    await lease.report({ state: 'running' });
    world.answer = away;
    // A pause, and the patience with an answer that does not come.
    for (; world.nowMs < 30_000 + leaseMs - 75_000; world.nowMs += 45_000) {
      expect(await lease.report({ state: 'running' })).toBe(false);
      expect(lease.lost).toBe(false);
    }
    await lease.report({ state: 'running' });
    expect(lease.lost).toBe(true);
    // What is left until then is the time that an agent gets to end.
    expect(world.nowMs + 20_000).toBeLessThan(30_000 + leaseMs);
    await lease.report({ state: 'running' });
    expect(stops).toEqual(['lost']);
  });

  it('counts from when a report was sent, not from when its answer came', async () => {
    const { lease, world } = rig();
    world.answer = async () => {
      world.nowMs = 100_000;
      return { order: 'go_on', status: 'running' };
    };
    await lease.report({ state: 'running' });
    world.answer = refusing(503);
    world.nowMs = leaseMs - 40_000;
    await lease.report({ state: 'running' });
    expect(lease.lost).toBe(true);
  });
});
