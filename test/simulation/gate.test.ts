import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../e2e/seeded-random.ts';
import { GateWorld, sameSize } from './gate-world.ts';
import { settled } from './ledger-network.ts';

const seed = Number(process.env.SIM_SEED ?? 20261121);
const numRuns = Number(process.env.GATE_RUNS ?? 500);

const size = fc.record({
  burst: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1000, max: 5000 })),
  perMinute: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1000, max: 60_000 })),
});
const rates = fc.record({ perSession: size, perToken: size, perUser: size, perOrganization: size });

const schedules = fc.record({
  seed: fc.integer(),
  rooms: fc.integer({ min: 1, max: 6 }),
  rates,
  later: fc.array(rates, { maxLength: 3 }),
  /** Events of the largest POST. */
  largest: fc.constantFrom(1, 1, 5, 100),
  /** Percentage of calls that get lost, and of answers that come too late. */
  trouble: fc.constantFrom(0, 10),
  steps: fc.integer({ min: 20, max: 250 }),
});

const gaps = [0, 1, 20, 400, 5000, 30_000, 3_600_000];

describe('token buckets that rooms share', () => {
  it(`let nothing pass beyond their burst and what came back, in ${numRuns} schedules of lost and late answers, evictions, changed sizes and clocks that go back`, {
    timeout: 120_000,
  }, async () => {
    const seen = { passed: 0, refused: 0, lost: 0, late: 0, evictions: 0, resized: 0 };
    const property = fc.asyncProperty(schedules, async ({ seed, rooms, rates, later, largest, trouble, steps }) => {
      const random = seededRandom(seed);
      const pick = (below: number) => Math.floor(random() * below);
      const world = new GateWorld(rooms, rates, pick);
      const changes = [...later];
      const room = () => world.rooms[pick(rooms)] ?? world.rooms[0];
      for (let step = 0; step < steps || world.pending > 0; step += 1) {
        const what = step < steps ? pick(20) : 19;
        const target = room();
        if (what < 9 && target) for (let posts = 1 + pick(8); posts > 0; posts -= 1) world.post(target, 1 + pick(largest));
        else if (what < 12) world.pass(gaps[pick(gaps.length)] ?? 0);
        else if (what === 12) world.evictIdle();
        else if (what === 13 && pick(5) === 0) world.turnClockBack(3_600_000);
        else if (what === 14 && target) world.adopt(target);
        else if (what === 15 && pick(3) === 0) {
          const change = changes.pop();
          if (change) world.resize(change);
        } else world.deliver(trouble);
        await settled();
        world.check();
      }
      for (const one of world.rooms) expect(one.waiting).toBe(0);
      for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += world.seen[name];
    });
    await fc.assert(property, { numRuns, seed });
    console.info(`${numRuns} schedules`, seen);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(numRuns / 10);
  });

  it('pass exactly the burst, whatever its size up to a thousand, however the calls are spread and the answers shuffled', async () => {
    const wide = { burst: 1_000_000, perMinute: 1 };
    const cases = fc.record({
      seed: fc.integer(),
      rooms: fc.integer({ min: 1, max: 20 }),
      burst: fc.integer({ min: 1, max: 1000 }),
      tight: fc.constantFrom('perToken' as const, 'perUser' as const, 'perOrganization' as const),
    });
    const property = fc.asyncProperty(cases, async ({ seed, rooms, burst, tight }) => {
      const random = seededRandom(seed);
      const pick = (below: number) => Math.floor(random() * below);
      const world = new GateWorld(rooms, { ...sameSize(wide), [tight]: { burst, perMinute: 1 } }, pick);
      for (let left = burst + 200; left > 0; ) {
        const target = world.rooms[pick(rooms)];
        const posts = Math.min(left, pick(100));
        left -= posts;
        for (let post = 0; post < posts && target; post += 1) world.post(target, 1);
        for (let calls = pick(10); calls > 0; calls -= 1) {
          world.deliver(0);
          await settled();
        }
      }
      while (world.pending > 0) {
        world.deliver(0);
        await settled();
      }
      expect(world.seen).toMatchObject({ passed: burst, refused: 200 });
    });
    await fc.assert(property, { numRuns: 200, seed });
  });

  it('are asked once for all that wait in a room: 200 events at once are three rounds', async () => {
    const world = new GateWorld(1, sameSize({ burst: 50, perMinute: 1 }), () => 0);
    world.resize({ ...sameSize({ burst: 1000, perMinute: 1 }), perOrganization: { burst: 50, perMinute: 1 } });
    const [room] = world.rooms;
    if (!room) throw new Error('there is no room');
    world.adopt(room);
    let calls = 0;
    for (let post = 0; post < 200; post += 1) world.post(room, 1);
    for (; world.pending > 0; calls += 1) {
      world.deliver(0);
      await settled();
    }
    expect(world.seen).toMatchObject({ passed: 50, refused: 150 });
    expect(calls).toBeLessThanOrEqual(9);
  });

  it('that cannot be reached let pass, and are not waited for at each event', async () => {
    const world = new GateWorld(1, sameSize({ burst: 50, perMinute: 1 }), () => 0);
    const [room] = world.rooms;
    if (!room) throw new Error('there is no room');
    world.post(room, 1);
    expect(world.pending).toBe(3);
    while (world.pending > 0) {
      world.deliver(100);
      await settled();
    }
    expect(world.seen.passed).toBe(1);
    for (let post = 0; post < 10; post += 1) world.post(room, 1);
    await settled();
    expect([world.pending, world.seen.passed]).toEqual([0, 11]);
    world.pass(1001);
    world.post(room, 1);
    expect(world.pending).toBe(3);
  });
});
