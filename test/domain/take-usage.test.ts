import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsageSource } from '../../wire/event.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { chargedUsage, summaryOf, usageSources } from '../../worker/domain/session-state.ts';
import { draft, SessionRun, sessionOf } from './session-run.ts';

const tokens = (input: number) => ({ input, output: 1, cacheRead: 2, cacheWrite: 3 });
const usage = (source: UsageSource, costMicroUsd: number | null | undefined, rest: Partial<Draft> = {}): Draft =>
  draft('usage', { usage: tokens(10), usageSource: source, costMicroUsd, ...rest });

describe('the usage that counts', () => {
  it('is that of the best source: logs before traces before metrics before hooks', () => {
    expect(usageSources).toEqual(['logs', 'traces', 'metrics', 'hook']);
    const run = new SessionRun();
    for (const [index, source] of [...usageSources].reverse().entries()) {
      run.post(usage(source, 10 ** index));
      expect(summaryOf(run.state)).toMatchObject({ costMicroUsd: 10 ** index, tokens: tokens(10) });
    }
  });

  it('is replaced when a better source arrives, not added to', () => {
    const run = sessionOf([usage('metrics', 500), usage('metrics', 500), usage('logs', 70)]);
    expect(summaryOf(run.state)).toMatchObject({ costMicroUsd: 70, tokens: tokens(10) });
    expect(run.post(usage('metrics', 900))).toEqual([]);
    expect(summaryOf(run.state).costMicroUsd).toBe(70);
  });

  it('is the same in whatever order the sources arrive', () => {
    const told = fc.array(fc.tuple(fc.constantFrom(...usageSources), fc.nat({ max: 1000 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(told, (all) => {
        const best = usageSources.find((source) => all.some(([name]) => name === source));
        const sum = all.filter(([source]) => source === best).reduce((total, [, cost]) => total + cost, 0);
        const run = sessionOf(all.map(([source, cost]) => usage(source, cost)));
        expect(chargedUsage(run.state).costMicroUsd).toBe(sum);
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it('of a numbered event that a better source outdoes keeps its number and is not counted', () => {
    const run = sessionOf([usage('logs', 5)]);
    const [event] = run.ingest({ stream: 's', drafts: [usage('hook', 900, { n: 1 })] }).events;
    expect(event).toMatchObject({ type: 'other', data: tokens(10) });
    expect(event?.usage).toBeUndefined();
    expect(run.state.streams.s).toEqual({ mark: 1, above: [] });
    expect(summaryOf(run.state).costMicroUsd).toBe(5);
  });

  it('takes no message away with it: only the usage is left out', () => {
    const run = sessionOf([usage('logs', 5)]);
    const message = draft('message', { text: 'hello', usage: tokens(99), usageSource: 'hook', costMicroUsd: 9 });
    expect(run.post(message)).toMatchObject([{ type: 'message', text: 'hello', data: tokens(99) }]);
    const answer = draft('tool.finished', {
      toolUseId: 't',
      tool: 'Bash',
      usage: tokens(99),
      usageSource: 'hook',
      data: { own: 1 },
    });
    expect(run.post(answer)).toMatchObject([{ type: 'tool.finished', toolUseId: 't', data: { own: 1 } }]);
    expect(summaryOf(run.state)).toMatchObject({ costMicroUsd: 5, tokens: tokens(10), toolCallCount: 1 });
  });
});

describe('a model call without a price', () => {
  it.each([null, undefined])('is counted as unpriced and never as free: %s', (cost) => {
    const run = sessionOf([usage('logs', cost), usage('logs', 40)]);
    expect(summaryOf(run.state)).toMatchObject({ costMicroUsd: 40, unpricedCalls: 1, tokens: { input: 20 } });
  });

  it('with a price of nothing is free', () => {
    expect(summaryOf(sessionOf([usage('logs', 0)]).state)).toMatchObject({ costMicroUsd: 0, unpricedCalls: 0 });
  });
});

describe('one model call', () => {
  it('is charged once, however often its log is exported', () => {
    const run = new SessionRun();
    const call = usage('logs', 30, { key: 'request:req_1' });
    for (let time = 0; time < 3; time += 1) run.post(call);
    expect(run.post(usage('logs', 30, { key: 'request:req_2' }))).toHaveLength(1);
    expect(summaryOf(run.state)).toMatchObject({ costMicroUsd: 60, eventCount: 2 });
  });
});
