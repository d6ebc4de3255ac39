import type { Usage } from '../../../wire/event.ts';
import { type Attributes, attributeCount as count, attributeText as text } from './records.ts';

/**
 * The usage of one model call by OpenTelemetry's GenAI semantic conventions, where input tokens include the cached ones; undefined
 * where none is told, and for spans that sum up others' calls (an agent, a workflow).
 */
export function genAiUsage(attributes: Attributes): Usage | undefined {
  if (!attributes.has('gen_ai.usage.input_tokens') && !attributes.has('gen_ai.usage.output_tokens')) return undefined;
  if (summing.has(text(attributes, 'gen_ai.operation.name') ?? '')) return undefined;
  const all = count(attributes, 'gen_ai.usage.input_tokens');
  const cacheRead = Math.min(all, count(attributes, 'gen_ai.usage.cache_read.input_tokens'));
  const cacheWrite = Math.min(all - cacheRead, count(attributes, 'gen_ai.usage.cache_creation.input_tokens'));
  return {
    input: all - cacheRead - cacheWrite,
    output: count(attributes, 'gen_ai.usage.output_tokens'),
    cacheRead,
    cacheWrite,
    model: text(attributes, 'gen_ai.response.model') ?? text(attributes, 'gen_ai.request.model'),
    requestId: text(attributes, 'gen_ai.response.id'),
  };
}

const summing = new Set(['invoke_agent', 'create_agent', 'invoke_workflow', 'plan', 'execute_tool']);
