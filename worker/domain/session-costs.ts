import type { SessionCosts } from '../../wire/session-costs.ts';
import { chargedSource, type SessionState, spentOf } from './session-state.ts';

/** What a session's cost consists of, by the usage that counts. */
export function costsOf(state: SessionState): SessionCosts {
  const { models, tools, subagents } = state.costs;
  const source = chargedSource(state);
  return {
    costMicroUsd: spentOf(state),
    models: Object.entries((source && models[source]) ?? {})
      .map(([name, part]) => ({ name, ...part }))
      .sort(dearest),
    tools: Object.entries(tools)
      .map(([name, { calls, failed, costMicroUsd }]) => ({ name, calls, failed, costMicroUsd }))
      .sort(dearest),
    subagents: Object.entries(subagents)
      .map(([id, { type, usage, toolCostMicroUsd }]) => {
        const { calls, costMicroUsd } = (source && usage[source]) ?? { calls: 0, costMicroUsd: 0 };
        return { id, type, calls, costMicroUsd: costMicroUsd + toolCostMicroUsd };
      })
      .sort(dearest),
  };
}

interface Part {
  calls: number;
  costMicroUsd: number;
}

const dearest = (one: Part, other: Part): number => other.costMicroUsd - one.costMicroUsd || other.calls - one.calls;

/** A model's or a tool's share of a session's cost, as D1 keeps it: kind, name, calls, tokens in, out, from and to the cache, cost. */
export type CostLine = [
  kind: 'model' | 'tool',
  name: string,
  calls: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite: number,
  costMicroUsd: number,
];

/** What the cost report counts of a session. A tool that never cost anything has no line: each line is a row of D1 in the end. */
export function costLinesOf(state: SessionState): CostLine[] {
  const source = chargedSource(state);
  const models = Object.entries((source && state.costs.models[source]) ?? {});
  const tools = Object.entries(state.costs.tools).filter(([, { charged }]) => charged > 0);
  return [
    ...models.map(([name, { calls, tokens, costMicroUsd }]): CostLine => {
      const { input, output, cacheRead, cacheWrite } = tokens;
      return ['model', name, calls, input, output, cacheRead, cacheWrite, costMicroUsd];
    }),
    ...tools.map(([name, { charged, costMicroUsd }]): CostLine => ['tool', name, charged, 0, 0, 0, 0, costMicroUsd]),
  ];
}
