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
