import type { Usage } from '../../../wire/event.ts';
import type { Draft } from '../../domain/draft.ts';
import { trimToolResponse } from '../agents/claude-code-response.ts';
import { isoTime, isRecord } from '../agents/reading.ts';

/** A draft and its time; what says none happened when the line before it did. */
export type TranscriptDraft = Draft & { at: string };

/** Lines that keep the client's own books, and tell nothing of what happened. */
const bookkeeping = new Set([
  ...['queue-operation', 'last-prompt', 'tools-used', 'cost-state', 'file-history-snapshot', 'permission-mode'],
  ...['mode', 'attachment', 'progress', 'agent-name', 'agent-color', 'agent-setting', 'pr-link', 'last-uuid'],
]);

/**
 * Reads a transcript that Claude Code keeps of a session (`~/.claude/projects/<folder>/<session id>.jsonl`, measured with 2.1.329), line by
 * line: the prompts, answers, calls and their ends of which hooks would have told, and each model call once.
 */
export class ClaudeCodeTranscript {
  /** The client's id of the session; undefined until a line names it. */
  sessionId: string | undefined;
  private at: string | undefined;
  private isBegun = false;
  private readonly tools = new Map<string, { tool: string; input: unknown }>();
  /** The model call that lines are still being read of: it has one for each block of its answer. */
  private call: ModelCall | undefined;

  /** What a line says. Anything that is no line of a transcript is kept as `other`. */
  read(line: Record<string, unknown>): TranscriptDraft[] {
    this.sessionId ??= textOf(line.sessionId);
    const said = textOf(line.timestamp);
    this.at = (said === undefined ? undefined : isoTime(said)) ?? this.at;
    const type = textOf(line.type) ?? '';
    if (bookkeeping.has(type) || this.at === undefined) return [];
    const started = this.begin(line);
    const drafts = this.drafts(type, line);
    return [...started, ...drafts].map((draft) => ({ ...draft, at: this.at ?? '' }));
  }

  /** What follows from there being no further line. */
  end(): TranscriptDraft[] {
    if (!this.isBegun || this.at === undefined) return [];
    const { at } = this;
    return [...this.endCall(), { type: 'session.ended' as const, hook: 'transcript' }].map((draft) => ({ ...draft, at }));
  }

  private begin(line: Record<string, unknown>): Draft[] {
    if (this.isBegun) return [];
    this.isBegun = true;
    const facts = { cwd: textOf(line.cwd), gitBranch: textOf(line.gitBranch) };
    return [{ type: 'session.started', hook: 'transcript', facts, data: { version: line.version } }];
  }

  private drafts(type: string, line: Record<string, unknown>): Draft[] {
    const message = isRecord(line.message) ? line.message : undefined;
    if (type === 'user' && message) return [...this.endCall(), ...this.user(line, message)];
    if (type === 'assistant' && message) return this.assistant(line, message);
    const hook = type.slice(0, 128) || 'line';
    if (type === 'system' && line.subtype === 'compact_boundary')
      return [{ type: 'compaction', hook, text: textOf(line.content), data: line.compactMetadata }];
    if (type === 'summary') return [{ type: 'other', hook, data: line, facts: { title: textOf(line.summary) } }];
    return [{ ...baseOf(line, hook), type: 'other', data: line }];
  }

  private user(line: Record<string, unknown>, { content }: Record<string, unknown>): Draft[] {
    const base = baseOf(line, 'user');
    if (!Array.isArray(content)) return [this.prompt(base, line, textOf(content) ?? '')];
    const results = content.filter(isRecord).filter(({ type }) => type === 'tool_result');
    const texts = content.filter(isRecord).flatMap(({ type, text }) => (type === 'text' ? (textOf(text) ?? []) : []));
    const prompts = texts.length > 0 ? [this.prompt(base, line, texts.join('\n'))] : [];
    return [...results.map((result) => this.result(base, line, result)), ...prompts];
  }

  /** What the client itself says in a person's place is no prompt. */
  private prompt(base: Draft, line: Record<string, unknown>, text: string): Draft {
    return line.isMeta === true ? { ...base, type: 'other', data: { text } } : { ...base, type: 'prompt', text };
  }

  private result(base: Draft, line: Record<string, unknown>, result: Record<string, unknown>): Draft {
    const toolUseId = textOf(result.tool_use_id);
    const call = toolUseId === undefined ? undefined : this.tools.get(toolUseId);
    const isError = result.is_error === true;
    const output = isRecord(line.toolUseResult) ? trimToolResponse(line.toolUseResult, call?.input) : result.content;
    const words = isError && typeof result.content === 'string' ? result.content : undefined;
    return {
      ...base,
      type: isError ? 'tool.failed' : 'tool.finished',
      tool: call?.tool,
      toolUseId,
      output,
      ok: !isError,
      text: words,
    };
  }

  private assistant(line: Record<string, unknown>, message: Record<string, unknown>): Draft[] {
    const id = textOf(message.id);
    const before = this.call && this.call.id !== id ? this.endCall() : [];
    const usage = usageOf(message, textOf(line.requestId));
    const base = baseOf(line, 'assistant');
    // Each line has the totals as they were by then: the last one counts.
    if (usage) this.call = { id, usage, base, isLast: message.stop_reason === 'end_turn' };
    const blocks = Array.isArray(message.content) ? message.content.filter(isRecord) : [];
    return [...before, ...blocks.flatMap((block) => this.block(base, block))];
  }

  private block(base: Draft, block: Record<string, unknown>): Draft[] {
    if (block.type === 'text') return [{ ...base, type: 'message', text: textOf(block.text) }];
    if (block.type !== 'tool_use') return [{ ...base, type: 'other', data: block }];
    const [tool, toolUseId] = [textOf(block.name), textOf(block.id)];
    if (toolUseId !== undefined) this.tools.set(toolUseId, { tool: tool ?? '', input: block.input });
    return [{ ...base, type: 'tool.started', tool, toolUseId, input: block.input }];
  }

  private endCall(): Draft[] {
    if (!this.call) return [];
    const { base, usage, isLast } = this.call;
    this.call = undefined;
    const facts = { ...base.facts, ...(base.subagentId === undefined && { model: usage.model }) };
    const told: Draft = { ...base, facts, type: 'usage', usage, usageSource: 'hook' };
    return isLast ? [told, { ...base, type: 'turn.finished', ok: true }] : [told];
  }
}

interface ModelCall {
  id: string | undefined;
  usage: Usage;
  base: Draft;
  /** The model had no more to do. */
  isLast: boolean;
}

function baseOf(line: Record<string, unknown>, hook: string): Draft {
  const promptId = textOf(line.promptId);
  const subagentId = line.isSidechain === true ? (textOf(line.agentId) ?? 'subagent') : undefined;
  const facts = { cwd: textOf(line.cwd), gitBranch: textOf(line.gitBranch) };
  return { type: 'other', hook, facts, ...(promptId && { promptId }), ...(subagentId && { subagentId }) };
}

function usageOf(message: Record<string, unknown>, requestId: string | undefined): Usage | undefined {
  const { usage, model } = message;
  // What the client says in the model's place costs nothing.
  if (!isRecord(usage) || model === '<synthetic>') return undefined;
  const cache = isRecord(usage.cache_creation) ? usage.cache_creation : {};
  return {
    input: countOf(usage.input_tokens),
    output: countOf(usage.output_tokens),
    cacheRead: countOf(usage.cache_read_input_tokens),
    cacheWrite: countOf(usage.cache_creation_input_tokens),
    model: textOf(model),
    requestId,
    cacheWrite1h: countOf(cache.ephemeral_1h_input_tokens),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0);
