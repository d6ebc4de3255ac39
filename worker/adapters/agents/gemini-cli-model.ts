import type { Draft } from '../../domain/draft.ts';
import { isRecord, type Reading, rest } from './reading.ts';

const used = new Set([
  ...['session_id', 'hook_event_name', 'transcript_path', 'cwd', 'timestamp'],
  ...['llm_request', 'llm_response'],
]);

/** The model and the size of a conversation that we do not keep: its parts came with the hooks before. */
export function conversationNote(r: Reading): { model?: string; note: Record<string, unknown> } {
  const request = r.body.llm_request;
  if (!isRecord(request)) {
    r.wrong = true;
    return { note: {} };
  }
  const messages = Array.isArray(request.messages) ? request.messages : [];
  let characters = 0;
  for (const message of messages)
    if (isRecord(message) && typeof message.content === 'string') characters += message.content.length;
  const { messages: _, ...others } = request;
  const model = typeof request.model === 'string' ? request.model.slice(0, 256) : undefined;
  return { model, note: { ...others, omitted: { messages: messages.length, characters } } };
}

/**
 * AfterModel fires for every chunk of an answer. A chunk's text is a message; the token counts are repeated and grow, so
 * only the chunk that finishes the answer is counted.
 */
export function modelAnswered(r: Reading, base: Draft): Draft | Draft[] {
  const { model, note } = conversationNote(r);
  const response = r.body.llm_response;
  if (!isRecord(response) || (response.text !== undefined && typeof response.text !== 'string')) {
    r.wrong = true;
    return base;
  }
  const facts = { ...base.facts, model };
  const finishReason = finishReasonOf(response);
  const usage = finishReason === undefined ? undefined : tokens(response.usageMetadata);
  const message: Draft = { ...base, type: 'message', facts, text: response.text, data: rest(r, used) };
  const counted: Draft = {
    ...base,
    type: 'usage',
    facts,
    usage: usage && { ...usage, model },
    usageSource: 'hook',
    data: { finishReason },
  };

  const drafts = [...(response.text ? [message] : []), ...(usage ? [counted] : [])];
  if (drafts.length > 0) return drafts;
  return { ...base, facts, data: { ...rest(r, used), llm_request: note, llm_response: response } };
}

function finishReasonOf(response: Record<string, unknown>): string | undefined {
  const candidates = Array.isArray(response.candidates) ? response.candidates : [];
  const last = candidates.findLast((candidate) => isRecord(candidate) && typeof candidate.finishReason === 'string');
  return last?.finishReason;
}

/** Google's prompt count includes what came from the cache; thinking is billed as output but only the total includes it. */
function tokens(metadata: unknown) {
  if (!isRecord(metadata)) return undefined;
  const prompt = count(metadata.promptTokenCount);
  const cacheRead = Math.min(prompt, count(metadata.cachedContentTokenCount));
  const thinking = Math.max(0, count(metadata.totalTokenCount) - prompt - count(metadata.candidatesTokenCount));
  const output = count(metadata.candidatesTokenCount) + (count(metadata.thoughtsTokenCount) || thinking);
  return { input: prompt - cacheRead, output, cacheRead, cacheWrite: 0 };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
