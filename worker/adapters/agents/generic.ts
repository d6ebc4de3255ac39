import { EventType, Usage } from '../../../wire/event.ts';
import type { IngestEvent } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { Draft } from '../../domain/draft.ts';
import { amount, id, type Reading, rest, text, time } from './reading.ts';

// `reason` and `parentToolUseId` speak to the room; a stored event has no field for what the agent itself said, so they stay data, too.
const known = new Set([
  ...[
    'id',
    'n',
    'type',
    'at',
    'tool',
    'toolUseId',
    'input',
    'output',
    'ok',
    'durationMs',
    'text',
    'usage',
    'costMicroUsd',
    'hook',
  ],
  ...['subagentId', 'subagentType', 'promptId', 'model', 'cwd', 'repository', 'gitBranch', 'title'],
]);
const types = new Map<string, EventType>(EventType.options.map((type) => [type, type]));
// Only the room and people control a session; an agent that says so is kept as what it is, somebody's word.
types.delete('control');

/**
 * One event of `/hooks/events`. With a stream its number tells repeats apart; without one its id does. A type that is not ours, or a
 * field of the wrong type, makes it `other`, kept whole.
 */
export function readIngestEvent(event: IngestEvent, stream?: string): Draft {
  const hook = event.type.slice(0, limits.maxNameLength);
  const reading: Reading = { body: event, hook, wrong: false };
  const named = { id: event.id, ...identity(event, stream), at: time(reading, 'at') };
  const type = types.get(event.type);
  if (type === undefined || reading.wrong) return { type: 'other', hook, ...named, data: event };

  const draft: Draft = {
    type,
    hook: id(reading, 'hook')?.slice(0, limits.maxNameLength) ?? hook,
    ...named,
    tool: id(reading, 'tool'),
    toolUseId: id(reading, 'toolUseId'),
    input: event.input,
    output: event.output,
    ok: flag(reading, 'ok'),
    durationMs: amount(reading, 'durationMs'),
    text: text(reading, 'text'),
    subagentId: id(reading, 'subagentId'),
    subagentType: id(reading, 'subagentType'),
    parentToolUseId: id(reading, 'parentToolUseId'),
    promptId: id(reading, 'promptId'),
    reason: text(reading, 'reason'),
    facts: facts(reading),
    data: data(reading),
    ...usage(reading),
  };
  if (reading.wrong) return { type: 'other', hook, ...named, data: event };
  if (draft.key === undefined && draft.n === undefined && draft.usage?.requestId !== undefined)
    draft.key = `usage:${draft.usage.requestId}`;
  return draft;
}

function identity(event: IngestEvent, stream: string | undefined): Pick<Draft, 'key' | 'n'> {
  if (stream !== undefined && event.n !== undefined) return { n: event.n };
  return { key: event.id === undefined ? undefined : `id:${event.id}` };
}

function flag(reading: Reading, name: string): boolean | undefined {
  const value = reading.body[name];
  if (typeof value === 'boolean') return value;
  if (value !== undefined && value !== null) reading.wrong = true;
  return undefined;
}

function facts(reading: Reading): Draft['facts'] {
  const { model, cwd, repository, gitBranch, title } = reading.body;
  if ((model ?? cwd ?? repository ?? gitBranch ?? title) === undefined) return undefined;
  return {
    model: id(reading, 'model'),
    cwd: text(reading, 'cwd'),
    repository: text(reading, 'repository'),
    gitBranch: text(reading, 'gitBranch'),
    title: text(reading, 'title'),
  };
}

/** An agent's own `data` is its data; fields that we have no place for join it. */
function data(reading: Reading): unknown {
  const left = rest(reading, known);
  if (left === undefined) return undefined;
  return Object.keys(left).length === 1 && 'data' in left ? left.data : left;
}

const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

function usage(reading: Reading): Pick<Draft, 'usage' | 'usageSource' | 'costMicroUsd'> {
  const { usage, costMicroUsd } = reading.body;
  const cost = costMicroUsd === null ? null : amount(reading, 'costMicroUsd');
  if (!Number.isSafeInteger(cost ?? 0)) reading.wrong = true;
  const told = usage ?? (reading.body.type === 'usage' && cost !== undefined ? {} : undefined);
  if (told === undefined) return cost === undefined ? {} : { costMicroUsd: cost };

  // A figure that an agent does not know is left out by it, not written as 0.
  const parsed = Usage.safeParse(typeof told === 'object' ? { ...noTokens, ...told } : told);
  if (!parsed.success || negative(parsed.data)) {
    reading.wrong = true;
    return {};
  }
  // Who priced it is ours to say.
  const pricedBy = typeof cost === 'number' ? ('agent' as const) : undefined;
  return { usage: { ...parsed.data, pricedBy, agentMicroUsd: undefined }, usageSource: 'hook', costMicroUsd: cost };
}

function negative(usage: Usage): boolean {
  return usage.input < 0 || usage.output < 0 || usage.cacheRead < 0 || usage.cacheWrite < 0;
}
