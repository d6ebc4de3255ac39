import type { Control, SessionEvent, Tokens, Usage, UsageSource } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import { clip } from './clip.ts';
import { isFailure } from './failure.ts';
import { own } from './own.ts';
import type { SessionState } from './session-state.ts';

/** What one model's calls add up to. */
export interface ModelPart {
  calls: number;
  tokens: Tokens;
  costMicroUsd: number;
}

export interface ToolPart {
  calls: number;
  /** As their agent told; what was refused or interrupted did not fail. */
  failed: number;
  /** Calls that had a price by then. */
  charged: number;
  costMicroUsd: number;
}

/** A subagent's model calls, by who told of them, and what its tool calls cost. */
export interface SubagentPart {
  type: string | null;
  usage: Partial<Record<UsageSource, { calls: number; costMicroUsd: number }>>;
  toolCostMicroUsd: number;
}

/** What a session's totals consist of. Names are what agents say; `other` holds what came after there were too many. */
export interface CostParts {
  /** By source, as usage is: better figures replace worse ones whole. */
  models: Partial<Record<UsageSource, Record<string, ModelPart>>>;
  tools: Record<string, ToolPart>;
  subagents: Record<string, SubagentPart>;
}

export const noCosts: CostParts = { models: {}, tools: {}, subagents: {} };

const noTokens: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
export const noModel: ModelPart = { calls: 0, tokens: noTokens, costMicroUsd: 0 };
const noTool: ToolPart = { calls: 0, failed: 0, charged: 0, costMicroUsd: 0 };
const noSubagent: SubagentPart = { type: null, usage: {}, toolCostMicroUsd: 0 };

/** The parts after an event; `isNewCall` where it is the first that is heard of its tool call. */
export function costsAfter(state: SessionState, event: SessionEvent, isNewCall: boolean): CostParts {
  const { costs } = state;
  if (event.control?.repriced) return corrected(costs, event.control.repriced);
  if (event.usage) return withUsage(costs, event, event.usage);
  switch (event.type) {
    case 'tool.started':
    case 'tool.finished':
    case 'tool.failed':
      return withCall(costs, event, own(state.openCalls, event.toolUseId ?? ''), isNewCall);
    case 'subagent.started':
      return withSubagent(costs, event, (part) => part);
    default:
      return costs;
  }
}

/** Micro-dollars of a tool call; of a model call, `usage` tells. */
export function toolCostIn({ type, usage, costMicroUsd }: SessionEvent): number {
  const isEnd = type === 'tool.finished' || type === 'tool.failed';
  return isEnd && !usage ? (costMicroUsd ?? 0) : 0;
}

/** The parts with one more model call. */
export function withUsage(costs: CostParts, event: SessionEvent, usage: Usage): CostParts {
  const source = usage.source ?? 'logs';
  const costMicroUsd = event.costMicroUsd ?? 0;
  const models = put(costs.models[source] ?? {}, nameOf(usage.model), limits.maxCostModels, (part = noModel) => ({
    calls: part.calls + 1,
    tokens: plusTokens(part.tokens, usage),
    costMicroUsd: part.costMicroUsd + costMicroUsd,
  }));
  return withSubagent({ ...costs, models: { ...costs.models, [source]: models } }, event, (part) => {
    const before = part.usage[source] ?? { calls: 0, costMicroUsd: 0 };
    const after = { calls: before.calls + 1, costMicroUsd: before.costMicroUsd + costMicroUsd };
    return { ...part, usage: { ...part.usage, [source]: after } };
  });
}

function withCall(costs: CostParts, event: SessionEvent, open: { tool: string } | undefined, isNew: boolean): CostParts {
  const cost = toolCostIn(event);
  const hasFailed = isFailure(event, isNew || open !== undefined);
  if (!isNew && !hasFailed && cost === 0) return costs;
  const tools = put(costs.tools, nameOf(open?.tool || event.tool), limits.maxCostTools, (part = noTool) => ({
    calls: part.calls + (isNew ? 1 : 0),
    failed: part.failed + (hasFailed ? 1 : 0),
    charged: part.charged + (cost === 0 ? 0 : 1),
    costMicroUsd: part.costMicroUsd + cost,
  }));
  if (cost === 0) return { ...costs, tools };
  return withSubagent({ ...costs, tools }, event, (part) => ({ ...part, toolCostMicroUsd: part.toolCostMicroUsd + cost }));
}

function withSubagent(
  costs: CostParts,
  { subagentId, subagentType }: SessionEvent,
  change: (part: SubagentPart) => SubagentPart,
): CostParts {
  if (subagentId === undefined) return costs;
  const subagents = put(costs.subagents, nameOf(subagentId), limits.maxCostSubagents, (part = noSubagent, isOther) =>
    change({ ...part, type: isOther ? null : (part.type ?? (subagentType ? clip(subagentType, limits.maxNameLength) : null)) }),
  );
  return { ...costs, subagents };
}

function corrected(costs: CostParts, { source, models, subagents }: NonNullable<Control['repriced']>): CostParts {
  let byModel = costs.models[source] ?? {};
  for (const { name, deltaMicroUsd } of models) {
    byModel = put(byModel, name, limits.maxCostModels, (part = noModel) => ({
      ...part,
      costMicroUsd: part.costMicroUsd + deltaMicroUsd,
    }));
  }
  let bySubagent = costs.subagents;
  for (const { id, deltaMicroUsd } of subagents) {
    bySubagent = put(bySubagent, id, limits.maxCostSubagents, (part = noSubagent) => {
      const before = part.usage[source] ?? { calls: 0, costMicroUsd: 0 };
      const after = { ...before, costMicroUsd: before.costMicroUsd + deltaMicroUsd };
      return { ...part, usage: { ...part.usage, [source]: after } };
    });
  }
  return { ...costs, models: { ...costs.models, [source]: byModel }, subagents: bySubagent };
}

const otherName = 'other';

/** Changes the part of that name, or of `other` where the name is one too many. */
function put<Part>(
  parts: Record<string, Part>,
  name: string,
  max: number,
  change: (part: Part | undefined, isOther: boolean) => Part,
): Record<string, Part> {
  // One place is kept for `other`.
  const isOther = own(parts, name) === undefined && Object.keys(parts).length >= max - 1;
  const found = isOther ? otherName : name;
  return { ...parts, [found]: change(own(parts, found), isOther) };
}

/** Well-formed, because D1 cannot hold half a surrogate pair. */
const nameOf = (name: string | undefined): string => clip(name ?? '', limits.maxNameLength).toWellFormed();

export const plusTokens = (total: Tokens, more: Tokens): Tokens => ({
  input: total.input + more.input,
  output: total.output + more.output,
  cacheRead: total.cacheRead + more.cacheRead,
  cacheWrite: total.cacheWrite + more.cacheWrite,
});
