import { describe, expect, it } from 'vitest';
import { hasUsage, tokenSum } from '../../wire/session-usage.ts';

const none = { tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, costMicroUsd: 0, unpricedCalls: 0 };

describe('a session’s usage', () => {
  it('is unknown while nothing told of a model call', () => {
    expect(hasUsage(none)).toBe(false);
  });

  it('is known by its tokens, by its cost, or by a call without a price', () => {
    expect(hasUsage({ ...none, tokens: { ...none.tokens, cacheRead: 1 } })).toBe(true);
    expect(hasUsage({ ...none, costMicroUsd: 1 })).toBe(true);
    expect(hasUsage({ ...none, unpricedCalls: 1 })).toBe(true);
  });

  it('counts tokens of every kind', () => {
    expect(tokenSum({ input: 1, output: 20, cacheRead: 300, cacheWrite: 4000 })).toBe(4321);
  });
});
