import type { Draft } from '../../domain/draft.ts';
import { isoTime } from '../agents/reading.ts';
import { genAiUsage } from './gen-ai.ts';
import { attributeCount as count, type LogRecord, attributeNumber as number, attributeText as text } from './records.ts';
import { agentOf } from './session.ts';

/**
 * The draft of a log record that tells of a model call, or undefined: what tools and people did is told by the hooks, and better.
 * A model call is charged from here and nowhere else while a session has logs.
 */
export function draftOfLog(log: LogRecord): Draft | undefined {
  switch (log.name) {
    case 'claude_code.api_request':
      return claudeRequest(log);
    case 'claude_code.api_error':
      return claudeError(log);
    case 'codex.sse_event':
      return codexResponse(log);
    case 'gemini_cli.api_response':
      return geminiResponse(log);
    default:
      // Gemini CLI reports each call twice: in its own words, which know the cache, and in these.
      return agentOf(log) === 'gemini-cli' ? undefined : genAiLog(log);
  }
}

function base({ name, attributes, timeUnixNano }: LogRecord): Draft {
  return {
    type: 'usage',
    hook: name.slice(0, 128),
    at: isoTime(text(attributes, 'event.timestamp') ?? '') ?? isoTime(Number(timeUnixNano) / 1e6),
    usageSource: 'logs',
    durationMs: number(attributes, 'duration_ms'),
  };
}

function claudeRequest(log: LogRecord): Draft {
  const { attributes } = log;
  const requestId = text(attributes, 'request_id');
  return {
    ...base(log),
    key: requestId === undefined ? sequenceKey(log) : `usage:${requestId}`,
    usage: {
      input: count(attributes, 'input_tokens'),
      output: count(attributes, 'output_tokens'),
      cacheRead: count(attributes, 'cache_read_tokens'),
      cacheWrite: count(attributes, 'cache_creation_tokens'),
      cacheWrite1h: count(attributes, 'cache_creation_1h_tokens') || undefined,
      model: text(attributes, 'model'),
      requestId,
      durationMs: number(attributes, 'duration_ms'),
    },
    costMicroUsd: claudeCost(log),
    subagentId: text(attributes, 'agent_id'),
    promptId: text(attributes, 'prompt.id'),
    facts: isMainCall(log) ? { model: text(attributes, 'model') } : undefined,
    data: some(log, ['speed', 'query_source', 'effort', 'ttft_ms', 'agent.name']),
  };
}

/** Titles, summaries and subagents are written by other models than the one that the session runs on. */
function isMainCall({ attributes }: LogRecord): boolean {
  const source = text(attributes, 'query_source') ?? 'sdk';
  return source === 'sdk' || source.startsWith('repl_main_thread');
}

/** Claude Code calls a model that it does not know free; that is no price. */
function claudeCost({ attributes }: LogRecord): number | undefined {
  const micros = number(attributes, 'cost_usd_micros') ?? (number(attributes, 'cost_usd') ?? 0) * 1e6;
  return Math.round(micros) || undefined;
}

function claudeError(log: LogRecord): Draft {
  const { attributes } = log;
  const { usageSource: _, ...draft } = base(log);
  const words = [text(attributes, 'status_code'), text(attributes, 'error')].filter((word) => word !== undefined);
  return {
    ...draft,
    type: 'other',
    key: sequenceKey(log),
    ok: false,
    text: words.join(' ') || 'The model call failed.',
    subagentId: text(attributes, 'agent_id'),
    promptId: text(attributes, 'prompt.id'),
    data: some(log, ['model', 'attempt', 'request_id', 'query_source', 'speed']),
  };
}

/** A session that is resumed counts its events from the start again, so the number alone does not tell two of them apart. */
function sequenceKey({ attributes, timeUnixNano, name }: LogRecord): string {
  return `otlp:${name}:${text(attributes, 'event.sequence') ?? ''}:${timeUnixNano}`;
}

/** Codex logs each `response.completed` twice, once with the counts. They include what was cached (OpenAI's way). */
function codexResponse(log: LogRecord): Draft | undefined {
  const { attributes, timeUnixNano } = log;
  if (text(attributes, 'event.kind') !== 'response.completed' || !attributes.has('input_token_count')) return undefined;
  const all = count(attributes, 'input_token_count');
  const output = count(attributes, 'output_token_count');
  const cacheRead = Math.min(all, count(attributes, 'cached_token_count'));
  const cacheWrite = Math.min(all - cacheRead, count(attributes, 'cache_write_token_count'));
  return {
    ...base(log),
    key: `otlp:${log.name}:${timeUnixNano}:${all}:${output}`,
    usage: { input: all - cacheRead - cacheWrite, output, cacheRead, cacheWrite, model: text(attributes, 'model') },
    data: some(log, ['reasoning_token_count', 'ttft_ms']),
  };
}

/** Google's input includes what was cached; thinking is billed as output and counted beside it, tool prompts as input. */
function geminiResponse(log: LogRecord): Draft {
  const { attributes, timeUnixNano } = log;
  const all = count(attributes, 'input_token_count') + count(attributes, 'tool_token_count');
  const cacheRead = Math.min(all, count(attributes, 'cached_content_token_count'));
  const output = count(attributes, 'output_token_count') + count(attributes, 'thoughts_token_count');
  const [durationMs, promptId] = [number(attributes, 'duration_ms'), text(attributes, 'prompt_id')];
  return {
    ...base(log),
    key: `otlp:${log.name}:${timeUnixNano}:${text(attributes, 'event.timestamp') ?? ''}:${durationMs ?? ''}:${all}:${output}`,
    usage: { input: all - cacheRead, output, cacheRead, cacheWrite: 0, model: text(attributes, 'model'), durationMs },
    promptId,
    data: some(log, ['thoughts_token_count', 'role', 'status_code']),
  };
}

function genAiLog(log: LogRecord): Draft | undefined {
  const usage = genAiUsage(log.attributes);
  if (usage === undefined) return undefined;
  const key = usage.requestId === undefined ? `${sequenceKey(log)}:${usage.input}:${usage.output}` : `usage:${usage.requestId}`;
  return { ...base(log), key, usage };
}

/** The attributes of those names that the record has. */
function some({ attributes }: LogRecord, names: string[]): Record<string, unknown> | undefined {
  const present = names.filter((name) => attributes.has(name)).map((name) => [name, attributes.get(name)]);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}
