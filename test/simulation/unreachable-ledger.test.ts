import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Budget } from '../../wire/budget.ts';
import type { Ingested } from '../../worker/domain/ingest.ts';
import { settled } from './ledger-network.ts';
import { LedgerWorld, type Room } from './ledger-world.ts';

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

const rate = 1000;
const budget: Budget = {
  id: 'bud_all',
  scope: 'organization',
  scopeId: null,
  window: 'lifetime',
  unit: 'micro_usd',
  softPercent: 80,
  action: 'stop',
  limit: 2 * rate,
  createdAt: '2026-11-21T00:00:00.000Z',
};

let world: LedgerWorld;
let room: Room;
beforeEach(() => {
  world = new LedgerWorld(1, () => 0);
  const [first] = world.rooms;
  if (!first) throw new Error('there is no room');
  room = first;
  void world.ledger.change((policy) => ({
    ...policy,
    budgets: [budget],
    rates: { bash: { perExecutionMicroUsd: rate, perKbMicroUsd: 0 } },
  }));
});
afterEach(() => world.close());

/** A call of a tool, and what became of it as far as that is known. */
function call(id: string): { verdict?: string } {
  const told: { verdict?: string } = {};
  const draft = { type: 'tool.started' as const, hook: 'PreToolUse', tool: 'Bash', toolUseId: id, key: id };
  const answered = (answer: Ingested) => {
    if (!answer.ok) throw new Error(answer.code);
    told.verdict = answer.verdict.type === 'allow' ? 'allow' : answer.verdict.reason;
  };
  void Promise.resolve(world.post(room, draft)).then(answered);
  return told;
}

const unchecked = /cannot be checked at the moment/;

async function lose(): Promise<void> {
  await settled();
  expect(world.network.size).toBe(1);
  world.network.step(true);
  await settled();
}

describe('a ledger that cannot be reached', () => {
  it('has a known hard budget refuse who waited for two lost calls, and nobody who came between', async () => {
    await world.post(room, { type: 'session.started', hook: 'start' });
    await settled();
    await world.network.drain();
    expect(room.isRegistered).toBe(true);
    const first = call('first');
    await lose();
    expect(first).toEqual({});
    const second = call('second');
    await lose();
    expect(first.verdict).toMatch(unchecked);
    expect(second).toEqual({});
    await lose();
    expect(second).toEqual({});
    await world.network.drain();
    expect(second.verdict).toBe('allow');
  });

  it('is asked twice for the policy of a session that knows none, which one lost call does not let past it', async () => {
    await world.network.drain();
    const first = call('first');
    await lose();
    expect(first).toEqual({});
    await world.network.drain();
    expect(room.isRegistered).toBe(true);
    expect(first.verdict).toBe('allow');
    const [second, third] = [call('second'), call('third')];
    await settled();
    await world.network.drain();
    expect(second.verdict).toBe('allow');
    expect(third.verdict).toMatch(/is spent/);
  });

  it('lets such a session go on, as if there were no policy; the next question asks again within seconds, and what was spent counts', async () => {
    const ran = ['a', 'b', 'c'].map((id) => ({ id, told: call(id) }));
    for (let lost = 0; lost < 2; lost += 1) await lose();
    for (const { told } of ran) expect(told.verdict).toBe('allow');
    // However long it has been away: the back-off of the alarm is not the agent's.
    for (let outage = 0; outage < 12; outage += 1) {
      world.nowMs += 10_001;
      const told = call(`outage-${outage}`);
      for (let lost = 0; lost < 2; lost += 1) await lose();
      expect(told.verdict).toBe('allow');
    }
    // What a model call cost is known whatever the policy; what tools cost is the policy's to say.
    const usage = { model: 'some-model', input: 1, output: 1, cacheRead: 0, cacheWrite: 0, source: 'logs' as const };
    await world.post(room, { type: 'usage', hook: 'api_request', usage, usageSource: 'logs', costMicroUsd: 5 * rate });
    const soon = call('soon');
    await settled();
    expect(soon.verdict).toBe('allow');
    expect(world.network.size).toBe(0);
    world.nowMs += 10_001;
    const later = call('later');
    await settled();
    await world.network.drain();
    expect(room.isRegistered).toBe(true);
    expect(later.verdict).toMatch(/is spent/);
  });
});
