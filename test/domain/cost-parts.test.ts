import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { costsOf } from '../../worker/domain/session-costs.ts';
import { spentOf, summaryOf, usageSources } from '../../worker/domain/session-state.ts';
import { draft, finish, SessionRun, sessionOf, start } from './session-run.ts';

const usage = (model: string | undefined, costMicroUsd: number | null, rest: Partial<Draft> = {}): Draft =>
  draft('usage', {
    usage: { input: 10, output: 2, cacheRead: 3, cacheWrite: 1, ...(model !== undefined && { model }) },
    usageSource: 'logs',
    costMicroUsd,
    ...rest,
  });

describe('what a session costs', () => {
  it('is told apart by model, tool and subagent', () => {
    const { state } = sessionOf([
      draft('subagent.started', { subagentId: 'a1', subagentType: 'Explore' }),
      usage('opus', 500),
      usage('haiku', 20, { subagentId: 'a1' }),
      start('t1'),
      finish('t1', 'Bash', { costMicroUsd: 7 }),
      start('t2', 'Bash', { subagentId: 'a1' }),
      draft('tool.failed', { toolUseId: 't2', tool: 'Bash', subagentId: 'a1', costMicroUsd: 7 }),
      start('t3', 'Read'),
    ]);
    const tokens = { input: 10, output: 2, cacheRead: 3, cacheWrite: 1 };
    expect(costsOf(state)).toEqual({
      costMicroUsd: 534,
      models: [
        { name: 'opus', calls: 1, tokens, costMicroUsd: 500 },
        { name: 'haiku', calls: 1, tokens, costMicroUsd: 20 },
      ],
      tools: [
        { name: 'Bash', calls: 2, failed: 1, costMicroUsd: 14 },
        { name: 'Read', calls: 1, failed: 0, costMicroUsd: 0 },
      ],
      subagents: [{ id: 'a1', type: 'Explore', calls: 1, costMicroUsd: 27 }],
    });
  });

  it('is that of the best source alone, by model, too', () => {
    const { state } = sessionOf([usage('guess', 90, { usageSource: 'metrics' }), usage('opus', 30)]);
    expect(costsOf(state).models).toMatchObject([{ name: 'opus', costMicroUsd: 30 }]);
  });

  it('has a name for what no agent named, and one for what came after there were too many', () => {
    const run = new SessionRun();
    for (let n = 0; n < limits.maxCostModels + 5; n += 1) run.post(usage(`model-${n}`, 1));
    run.post(usage('model-0', 1));
    const { models } = costsOf(run.state);
    expect(models).toHaveLength(limits.maxCostModels);
    expect(models.find(({ name }) => name === 'other')).toMatchObject({ calls: 6, costMicroUsd: 6 });
    expect(models.find(({ name }) => name === 'model-0')).toMatchObject({ calls: 2 });
    expect(costsOf(sessionOf([usage(undefined, 4)]).state).models).toMatchObject([{ name: '', costMicroUsd: 4 }]);
  });

  it('adds up: models and tools are the cost, tools are the calls, models the tokens', () => {
    const names = fc.constantFrom('a', 'b', '__proto__', 'other', '7', '');
    const lane = fc.option(names, { nil: undefined });
    const event = fc.oneof(
      fc
        .record({ model: fc.option(names, { nil: undefined }), cost: fc.option(fc.nat(99)), subagentId: lane })
        .chain(({ model, cost, subagentId }) =>
          fc.constantFrom(...usageSources).map((usageSource) => usage(model, cost, { subagentId, usageSource })),
        ),
      fc
        .record({
          type: fc.constantFrom('tool.started', 'tool.finished', 'tool.failed'),
          id: fc.constantFrom('t1', 't2', 't3'),
          tool: names,
          cost: fc.option(fc.nat(99), { nil: undefined }),
          subagentId: lane,
        })
        .map(({ type, id, tool, cost, subagentId }) =>
          draft(type, { tool, toolUseId: id, subagentId, ...(type !== 'tool.started' && { costMicroUsd: cost }) }),
        ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (drafts) => {
        const { state } = sessionOf(drafts);
        const costs = costsOf(state);
        const sum = (parts: { costMicroUsd: number }[]) => parts.reduce((total, part) => total + part.costMicroUsd, 0);
        expect(sum(costs.models) + sum(costs.tools)).toBe(spentOf(state));
        expect(sum(costs.subagents)).toBeLessThanOrEqual(spentOf(state));
        expect(costs.tools.reduce((total, { calls }) => total + calls, 0)).toBe(summaryOf(state).toolCallCount);
        expect(costs.tools.reduce((total, { calls, failed }) => total + calls - failed, 0)).toBeGreaterThanOrEqual(0);
        const input = costs.models.reduce((total, { tokens }) => total + tokens.input, 0);
        expect(input).toBe(summaryOf(state).tokens.input);
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });
});
