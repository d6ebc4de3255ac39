import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelPrice } from '../../../wire/price.ts';
import { costAt, priceFor } from '../../../worker/domain/limits/prices.ts';
import { noMeans } from '../../../worker/domain/limits/purse.ts';
import { newSession, spentOf } from '../../../worker/domain/session-state.ts';
import { take } from '../../../worker/domain/take.ts';
import { draft, owner, startMs } from '../session-run.ts';

const day = 24 * 3600_000;
const iso = (ms: number) => new Date(ms).toISOString();

const price = (model: string, rest: Partial<ModelPrice> = {}): ModelPrice => ({
  id: `${model} ${rest.from ?? ''}`,
  model,
  input: 3_000_000,
  output: 15_000_000,
  cacheRead: 300_000,
  cacheWrite: 3_750_000,
  from: iso(startMs - day),
  ...rest,
});
const usage = { input: 1000, output: 100, cacheRead: 10_000, cacheWrite: 400 };

describe('the price of a model', () => {
  const all = [price('*'), price('opus*'), price('opus-5*'), price('opus-5')];

  it('is the one under its exact name, else that of the longest beginning', () => {
    expect(priceFor(all, 'opus-5', startMs)?.model).toBe('opus-5');
    expect(priceFor(all, 'opus-5-1m', startMs)?.model).toBe('opus-5*');
    expect(priceFor(all, 'opus-4', startMs)?.model).toBe('opus*');
    expect(priceFor(all, 'haiku', startMs)?.model).toBe('*');
    expect(priceFor([price('opus')], 'opus-5', startMs)).toBeUndefined();
  });

  it('is of several the latest that had begun by then, whatever their order', () => {
    const dated = [1, 3, 2].map((ago) => price('opus', { from: iso(startMs - ago * day) }));
    expect(priceFor(dated, 'opus', startMs)?.from).toBe(iso(startMs - day));
    expect(priceFor(dated, 'opus', startMs - day - 1)?.from).toBe(iso(startMs - 2 * day));
    expect(priceFor(dated, 'opus', startMs - 4 * day)).toBeUndefined();
  });

  it('that has not begun stands in nobody’s way', () => {
    expect(priceFor([price('opus', { from: iso(startMs + day) }), price('*')], 'opus', startMs)?.model).toBe('*');
  });

  it('does not depend on the order of the table', () => {
    const models = fc.constantFrom('*', 'a*', 'ab*', 'ab', 'abc', 'a');
    const table = fc.uniqueArray(
      fc
        .record({ model: models, ago: fc.integer({ min: -2, max: 3 }) })
        .map(({ model, ago }) => price(model, { from: iso(startMs - ago * day) })),
      { selector: ({ id }) => id },
    );
    const shuffled = table.chain((prices) =>
      fc.tuple(fc.constant(prices), fc.shuffledSubarray(prices, { minLength: prices.length })),
    );
    fc.assert(
      fc.property(shuffled, models, ([one, other], model) => {
        expect(priceFor(other, model, startMs)).toEqual(priceFor(one, model, startMs));
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });
});

describe('what a call costs', () => {
  it('is every kind of token at its own price, with what is cached for an hour apart', () => {
    expect(costAt(price('opus'), usage)).toBe(3000 + 1500 + 3000 + 1500);
    expect(costAt(price('opus', { cacheWrite1h: 6_000_000 }), { ...usage, cacheWrite1h: 300 })).toBe(7500 + 375 + 1800);
    // More of it than was cached at all is a mistake of the agent's, not money.
    expect(costAt(price('opus', { cacheWrite1h: 6_000_000 }), { ...usage, cacheWrite1h: 9999 })).toBe(7500 + 2400);
  });

  it('is rounded once, half a micro-dollar up', () => {
    const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    expect(costAt(price('a', { input: 500_000 }), { ...nothing, input: 1 })).toBe(1);
    expect(costAt(price('a', { input: 499_999 }), { ...nothing, input: 1 })).toBe(0);
    expect(costAt(price('a', { input: 400_000, output: 400_000 }), { ...nothing, input: 1, output: 1 })).toBe(1);
  });

  it('is exact where a double is not, and nothing where no session could count it', () => {
    expect(
      costAt(price('a', { input: 9_999_999_999 }), { ...usage, input: 900_000_000, output: 0, cacheRead: 0, cacheWrite: 0 }),
    ).toBe(8_999_999_999_100);
    expect(costAt(price('a'), { ...usage, input: Number.MAX_SAFE_INTEGER })).toBeNull();
    expect(costAt(price('a'), { ...usage, input: Number.POSITIVE_INFINITY })).toBeNull();
  });
});

describe('a session of an organization with prices of its own', () => {
  const taken = (rest: object, prices = [price('opus')]) => {
    const means = { ...noMeans, nowMs: startMs, policy: { ...noMeans.policy, prices } };
    const one = draft('usage', {
      usage: { ...usage, model: 'opus', pricedBy: 'agent' },
      usageSource: 'logs',
      costMicroUsd: 77,
      ...rest,
    });
    const answer = take(newSession(owner(), startMs), new Set(), { owner: owner(), drafts: [one] }, startMs, means);
    if (!answer.ok) throw new Error(answer.code);
    return { event: answer.record.events[0], spent: spentOf(answer.state) };
  };

  it('pays them, whatever its agent says, and keeps what that was', () => {
    const { event, spent } = taken({});
    expect(event).toMatchObject({ costMicroUsd: 9000, usage: { pricedBy: 'organization', agentMicroUsd: 77 } });
    expect(spent).toBe(9000);
  });

  it('pays them for what neither its agent nor the catalogue knows a price of', () => {
    const { event, spent } = taken({ costMicroUsd: null, usage: { ...usage, model: 'opus' } });
    expect(event).toMatchObject({ costMicroUsd: 9000 });
    expect(event?.usage).not.toHaveProperty('agentMicroUsd');
    expect(spent).toBe(9000);
  });

  it('pays what was the price when the call was made', () => {
    const prices = [price('opus', { from: iso(startMs - 3 * day) }), price('opus', { from: iso(startMs - day), input: 0 })];
    expect(taken({ at: iso(startMs - 2 * day) }, prices).spent).toBe(9000);
    expect(taken({ at: iso(startMs) }, prices).spent).toBe(6000);
    expect(taken({ at: iso(startMs - 9 * day) }, prices).spent).toBe(77);
    expect(taken({ at: 'the day before' }, prices).spent).toBe(6000);
  });

  it('pays what its agent says for a model that its table does not name', () => {
    expect(taken({ usage: { ...usage, model: 'haiku', pricedBy: 'agent' } })).toMatchObject({
      spent: 77,
      event: { usage: { pricedBy: 'agent' } },
    });
    expect(taken({ usage: { ...usage, pricedBy: 'agent' } }).spent).toBe(77);
  });
});
