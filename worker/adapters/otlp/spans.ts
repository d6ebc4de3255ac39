import type { Usage } from '../../../wire/event.ts';
import type { Draft } from '../../domain/draft.ts';
import { isoTime } from '../agents/reading.ts';
import { genAiUsage } from './gen-ai.ts';
import { type Attributes, attributeCount as count, type Span, attributeText as text } from './records.ts';

/** The usage draft of a model call's span, keyed by the span; undefined for all other spans. */
export function draftOfSpan(span: Span): Draft | undefined {
  const { attributes, name, spanId, startTimeUnixNano, timeUnixNano } = span;
  const usage = name === 'claude_code.llm_request' ? claudeUsage(attributes) : genAiUsage(attributes);
  if (usage === undefined || spanId === '') return undefined;
  const durationMs = Number(BigInt(timeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;
  return {
    type: 'usage',
    hook: name.slice(0, 128),
    key: `span:${spanId}`,
    at: isoTime(Number(timeUnixNano) / 1e6),
    durationMs: durationMs >= 0 ? durationMs : undefined,
    usage,
    usageSource: 'traces',
    subagentId: text(attributes, 'agent_id'),
    promptId: text(attributes, 'prompt.id'),
  };
}

/** Claude Code's own attributes: its input excludes the cache. */
function claudeUsage(attributes: Attributes): Usage | undefined {
  if (!attributes.has('input_tokens') && !attributes.has('output_tokens')) return undefined;
  return {
    input: count(attributes, 'input_tokens'),
    output: count(attributes, 'output_tokens'),
    cacheRead: count(attributes, 'cache_read_tokens'),
    cacheWrite: count(attributes, 'cache_creation_tokens'),
    model: text(attributes, 'model'),
    requestId: text(attributes, 'request_id'),
  };
}
