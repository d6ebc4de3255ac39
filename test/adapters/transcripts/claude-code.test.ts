import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaudeCodeTranscript } from '../../../worker/adapters/transcripts/claude-code.ts';

const file = new URL('../../fixtures/agents/claude-code/_transcript.jsonl', import.meta.url);
const recorded = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Record<string, unknown>);

function read(lines: Record<string, unknown>[]) {
  const transcript = new ClaudeCodeTranscript();
  const drafts = [...lines.flatMap((line) => transcript.read(line)), ...transcript.end()];
  return { transcript, drafts };
}

describe('a transcript that the real client wrote', () => {
  const { transcript, drafts } = read(recorded);

  it('is the session as hooks would have told it', () => {
    expect(transcript.sessionId).toBe('117cb046-374d-4d73-b2d9-35f28d35841a');
    const told = drafts.map(({ type, tool }) => (tool ? `${type} ${tool}` : type));
    const call = (tool: string) => ['message', `tool.started ${tool}`, 'usage', `tool.finished ${tool}`];
    expect(told).toEqual([
      ...['session.started', 'prompt'],
      ...['Write', 'Read', 'Edit', 'Glob', 'Grep'].flatMap(call),
      ...['message', 'usage', 'turn.finished', 'session.ended'],
    ]);
    expect(drafts.every(({ at }) => /^2026-11-21T00:47:/.test(at))).toBe(true);
  });

  it('counts each model call once, however many lines its answer has', () => {
    const usage = drafts.filter(({ type }) => type === 'usage');
    expect(usage).toHaveLength(6);
    expect(usage[0]?.usage).toMatchObject({
      input: 12,
      output: 45,
      cacheRead: 15_000,
      cacheWrite: 3000,
      model: 'claude-opus-5-5',
    });
    expect(new Set(usage.map((draft) => draft.usage?.requestId)).size).toBe(6);
  });

  it('names its folder and branch', () => {
    expect(drafts[0]?.facts).toMatchObject({ cwd: '/home/dev/project', gitBranch: 'main' });
  });
});

describe('a line', () => {
  const at = { timestamp: '2026-11-21T00:47:10.000Z', sessionId: 's' };
  const only = (line: Record<string, unknown>) => read([{ ...at, ...line }]).drafts.slice(1, -1);

  it('of a failed call is a failure with its words', () => {
    const content = [{ type: 'tool_result', tool_use_id: 't', is_error: true, content: 'no such file' }];
    expect(only({ type: 'user', message: { content } })).toMatchObject([
      { type: 'tool.failed', ok: false, text: 'no such file' },
    ]);
  });

  it('of a subagent says so, and what the client says to itself is no prompt', () => {
    expect(only({ type: 'user', isSidechain: true, agentId: 'a1', message: { content: 'go' } })).toMatchObject([
      { subagentId: 'a1' },
    ]);
    expect(only({ type: 'user', isMeta: true, message: { content: 'caveat' } })).toMatchObject([{ type: 'other' }]);
  });

  it('that nobody knows is kept whole, and bookkeeping is not', () => {
    expect(only({ type: 'novelty', x: 1 })).toMatchObject([{ type: 'other', hook: 'novelty', data: { x: 1 } }]);
    expect(only({ type: 'last-prompt' })).toEqual([]);
  });

  it('may be anything', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('user', 'assistant', 'system', 'summary', 'text', 'tool_use', 'tool_result'),
    );
    const block = fc.dictionary(
      fc.constantFrom('type', 'text', 'id', 'name', 'input', 'tool_use_id', 'is_error', 'content'),
      value,
    );
    const line = fc.record({
      type: fc.constantFrom('user', 'assistant', 'system', 'summary', 'other'),
      timestamp: fc.oneof(fc.string(), fc.constant(at.timestamp)),
      message: fc.oneof(value, fc.record({ content: fc.oneof(value, fc.array(block)), usage: value, model: value, id: value })),
      toolUseResult: value,
      sessionId: value,
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        expect(Array.isArray(read(lines).drafts)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
