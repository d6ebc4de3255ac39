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

it.each(seeds)('on real objects that are evicted between waves of calls a budget is kept and used up: seed %i', async (seed) => {
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
});

it.each(seeds)(
  'what a session may spend is shared with those that it starts, through evictions of all of them: seed %i',
  async (seed) => {
    const random = seededRandom(1000 + seed);
    const pick = (below: number) => Math.floor(random() * below);
    const names = Array.from({ length: 2 + pick(4) }, (_, index) => `family-${seed}-${index}`);
    const [first = '', ...others] = names;
    const root = await rig.started(first);
    const money = 5 + pick(20);
    await rig.browser.json(`/api/sessions/${root.id}/budget`, { method: 'PUT', body: { limitMicroUsd: money * 1000 } });
    const ids = [root.id];
    let [asked, allowed, unchecked] = [0, 0, 0];
    while (allowed + unchecked < money && asked < 200) {
      // Sessions begin while others spend.
      const next = others[ids.length - 1];
      if (next !== undefined) {
        const parent = ids[pick(ids.length)] ?? root.id;
        await rig.post('/hooks/events', {
          agent: 'claude-code',
          sessionId: next,
          parent,
          events: [{ type: 'prompt', text: 'go' }],
        });
        ids.push((await rig.sessionOf('claude-code', next))?.id ?? '');
      }
      const calls = Array.from({ length: 1 + pick(10) }, () => {
        asked += 1;
        return rig.call(names[pick(ids.length)] ?? '', `t${asked}`);
      });
      const told = (await Promise.all(calls)).map((answer) => JSON.stringify(answer));
      allowed += told.filter((answer) => answer === '{}').length;
      unchecked += told.filter((answer) => answer.includes('cannot be checked')).length;
      expect(allowed).toBeLessThanOrEqual(money);
      for (const id of ids) if (pick(3) === 0) await evicted(rig.room(id));
      if (pick(4) === 0) await evicted(rig.ledger());
    }
    expect(allowed + unchecked).toBeGreaterThanOrEqual(money);
    for (const [index, name] of names.entries()) if (index < ids.length) await rig.hook(name, 'Stop');
  },
);
