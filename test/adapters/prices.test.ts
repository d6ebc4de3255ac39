import { describe, expect, it } from 'vitest';
import { priceUsage } from '../../worker/adapters/prices.ts';

const at = new Date('2026-11-21T00:00:00Z');
const usage = (overrides: object) => ({ input: 24, output: 90, cacheRead: 30_000, cacheWrite: 6000, ...overrides });

describe('the catalogue', () => {
  it('prices a call of Claude Code to the micro-dollar as the client does itself', () => {
    expect(priceUsage(usage({ model: 'claude-opus-5-5' }), at)).toBe(37_896);
  });

  it('prices cache writes that live an hour at their own rate', () => {
    expect(priceUsage(usage({ model: 'claude-opus-5-5', cacheWrite1h: 6000 }), at)).toBe(55_896);
    expect(priceUsage(usage({ model: 'claude-opus-5-5', cacheWrite1h: 2000 }), at)).toBe(43_896);
  });

  it('never counts more hour-long writes than writes', () => {
    expect(priceUsage(usage({ model: 'claude-opus-5-5', cacheWrite: 0, cacheWrite1h: 6000 }), at)).toBe(7896);
  });

  it('knows a model by the names that agents and clouds give it', () => {
    for (const model of ['claude-opus-5-5[1m]', 'claude-opus-5-5-20261001', 'claude-opus-5-5@20261001'])
      expect(priceUsage(usage({ model }), at)).toBe(37_896);
  });

  it('prices the models of Codex and Gemini CLI', () => {
    expect(priceUsage(usage({ model: 'gpt-5.2-codex', cacheWrite: 0 }), at)).toBe(6552);
    expect(priceUsage(usage({ model: 'gemini-2.5-flash', cacheWrite: 0 }), at)).toBe(1132);
  });

  it('leaves a model that it does not know without a price, and never calls it free', () => {
    expect(priceUsage(usage({ model: 'gpt-6.1-sol' }), at)).toBeNull();
    expect(priceUsage(usage({ model: '<synthetic>' }), at)).toBeNull();
    expect(priceUsage(usage({ model: undefined }), at)).toBeNull();
  });

  it('never throws, whatever the model is called', () => {
    for (const model of ['', '__proto__', 'x'.repeat(100_000), 'gpt-', 'claude-\0', '((('])
      expect(priceUsage(usage({ model }), at)).toBeNull();
  });
});
