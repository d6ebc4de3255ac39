import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../e2e/seeded-random.ts';
import { makeLedgerRig } from './ledger-rig.ts';

let rig: Awaited<ReturnType<typeof makeLedgerRig>>;
beforeAll(async () => {
  rig = await makeLedgerRig('Seeds');
  await rig.browser.json('/api/rates/bash', { method: 'PUT', body: { perExecutionMicroUsd: 1000, perKbMicroUsd: 0 } });
});

/** A room that no call came to since it was evicted is not running, which is as good. */
const evicted = (object: DurableObjectStub) => evictDurableObject(object).catch(() => {});

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

it.each(seeds)(
  'on real objects that are evicted between waves of calls a budget is kept and used up: seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const pick = (below: number) => Math.floor(random() * below);
    const names = Array.from({ length: 1 + pick(4) }, (_, index) => `seed-${seed}-${index}`);
    const sessions = await Promise.all(names.map((name) => rig.started(name)));
    const money = 5 + pick(25);
    const budget = await rig.budget({ limit: money * 1000 });
    await Promise.all(sessions.map(({ id }) => rig.known(id, budget)));

    let asked = 0;
    let allowed = 0;
    let unchecked = 0;
    while (allowed + unchecked < money && asked < 200) {
      const calls = Array.from({ length: 1 + pick(12) }, () => {
        asked += 1;
        return rig.call(names[pick(names.length)] ?? '', `t${asked}`);
      });
      const told = (await Promise.all(calls)).map((answer) => JSON.stringify(answer));
      allowed += told.filter((answer) => answer === '{}').length;
      unchecked += told.filter((answer) => answer.includes('cannot be checked')).length;
      for (const { id } of sessions) if (pick(3) === 0) await evicted(rig.room(id));
      if (pick(4) === 0) await evicted(rig.ledger());
      const { reserved } = await rig.standing(budget.id);
      expect(reserved).toBeLessThanOrEqual(budget.limit);
      expect(reserved).toBeGreaterThanOrEqual(allowed * 1000);
    }
    // Every call that there was money for was let through, wherever the money lay, and none besides.
    expect(allowed + unchecked).toBeGreaterThanOrEqual(money);
    expect(allowed).toBeLessThanOrEqual(money);
    // Else their open calls would count toward the next seed's budget.
    for (const name of names) await rig.hook(name, 'Stop');
    await rig.browser.call(`/api/budgets/${budget.id}`, { method: 'DELETE' });
  },
  60_000,
);
