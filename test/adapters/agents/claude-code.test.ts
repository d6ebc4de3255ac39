import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../../worker/adapters/agents/claude-code.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { recorded } from './recordings.ts';

/** The one draft of a hook body. */
function draftOf(body: unknown): Draft {
  const read = claudeCode.read(body);
  if (!read.ok || read.drafts[0] === undefined) throw new Error('unreadable');
  return read.drafts[0];
}
const draftOfRecorded = (name: string) => draftOf(recorded('claude-code', name));
const hook = (name: string, fields: object = {}) => ({ session_id: 's1', hook_event_name: name, ...fields });

describe('Claude Code hooks', () => {
  it('name their session and themselves', () => {
    expect(claudeCode.read(hook('Stop'))).toMatchObject({ ok: true, externalId: 's1', hook: 'Stop' });
  });

  it.each([
    ['a list', [], ''],
    ['no session', { hook_event_name: 'Stop' }, 'session_id'],
    ['an empty session', { session_id: '', hook_event_name: 'Stop' }, 'session_id'],
    ['a session that is a number', { session_id: 1, hook_event_name: 'Stop' }, 'session_id'],
    ['an endless session id', { session_id: 'x'.repeat(257), hook_event_name: 'Stop' }, 'session_id'],
    ['no hook name', { session_id: 's1' }, 'hook_event_name'],
  ])('with %s are refused by field', (_, body, path) => {
    expect(claudeCode.read(body)).toMatchObject({ ok: false, path });
  });

  it('that we do not know are kept whole', () => {
    const body = hook('Levitate', { height: 3 });
    expect(draftOf(body)).toEqual({ type: 'other', hook: 'Levitate', data: body });
  });

  it('named like a property of every object are unknown hooks, too', () => {
    expect(draftOf(hook('constructor')).type).toBe('other');
    expect(draftOf(hook('__proto__')).type).toBe('other');
  });

  it('with a wrong type in a field are kept whole', () => {
    const body = hook('PreToolUse', { tool_name: 7, tool_input: {}, tool_use_id: 't1' });
    expect(draftOf(body)).toEqual({ type: 'other', hook: 'PreToolUse', data: body });
  });

  it('start a session with its model, folder and reason', () => {
    const draft = draftOfRecorded('SessionStart.interactive');
    expect(draft).toMatchObject({
      type: 'session.started',
      reason: 'startup',
      facts: { model: 'claude-opus-5-5', cwd: '/home/dev/project' },
    });
    expect(draft.data).toMatchObject({ source: 'startup', transcript_path: expect.stringContaining('.jsonl') });
  });

  it('start a tool call with its input and a key of its own', () => {
    expect(draftOfRecorded('PreToolUse')).toMatchObject({
      tool: 'Bash',
      toolUseId: 'toolu_01Fake0000000000000001',
      input: { command: 'echo hi', description: 'Say hi' },
      key: 'PreToolUse:0::toolu_01Fake0000000000000001',
      promptId: '1b2ff63d-36e8-4693-86a4-90e88f33a76b',
    });
  });

  it('of a subagent carry its id and kind, and a key that differs from the parent’s', () => {
    const draft = draftOfRecorded('PreToolUse.in-subagent');
    expect(draft).toMatchObject({ subagentId: 'a0acefeefcb02b7e7', subagentType: 'general-purpose' });
    expect(draft.key).toBe('PreToolUse:17:a0acefeefcb02b7e7:toolu_01Fake0000000000000012');
  });

  it('of a main agent with a type (claude --agent) make no subagent', () => {
    const draft = draftOf(hook('Stop', { agent_type: 'reviewer' }));
    expect(draft).toMatchObject({ data: { agent_type: 'reviewer' } });
    expect(draft.subagentId).toBeUndefined();
    expect(draft.subagentType).toBeUndefined();
  });

  it('finish a tool call with its output and duration', () => {
    expect(draftOfRecorded('PostToolUse')).toMatchObject({ ok: true, durationMs: 82, output: { stdout: 'hi' } });
  });

  it('finish an edit with its patch and both strings, without the file as it was', () => {
    const { output } = draftOfRecorded('PostToolUse.Edit');
    expect(output).toMatchObject({
      oldString: 'two',
      newString: 'three',
      structuredPatch: [{ lines: [' one', '-two', '+three'] }],
    });
    expect(output).toMatchObject({ omitted: { originalFile: 8 } });
    expect(output).not.toHaveProperty('originalFile');
  });

  it('finish a write without repeating the content that is in its input', () => {
    const draft = draftOfRecorded('PostToolUse.Write');
    expect(draft.input).toMatchObject({ content: 'one\ntwo\n' });
    expect(draft.output).toMatchObject({ type: 'create', originalFile: null, omitted: { content: 8 } });
    expect(draft.output).not.toHaveProperty('content');
  });

  it('keep a file as it was where no patch tells the change', () => {
    const body = hook('PostToolUse', { tool_name: 'Write', tool_response: { originalFile: 'before', structuredPatch: [] } });
    expect(draftOf(body).output).toEqual({ originalFile: 'before', structuredPatch: [] });
  });

  it('fail a tool call with the error as text', () => {
    expect(draftOfRecorded('PostToolUseFailure')).toMatchObject({
      type: 'tool.failed',
      ok: false,
      text: 'Exit code 3\nout\nerr',
      durationMs: 31,
      data: { is_interrupt: false },
    });
  });

  it('fail a tool call that auto mode denied, with the reason as text', () => {
    const draft = draftOf(hook('PermissionDenied', { tool_name: 'Bash', tool_input: {}, tool_use_id: 't1', reason: 'too bold' }));
    expect(draft).toMatchObject({ type: 'tool.failed', ok: false, text: 'too bold', toolUseId: 't1' });
  });

  it('give a message the key of its id and index', () => {
    expect(draftOfRecorded('MessageDisplay')).toMatchObject({
      text: 'Running Bash.',
      key: 'message:0:6e5eaecd-7ae5-48c4-ae64-6a1efa205108',
    });
  });

  it('tell every call of a batch, and repeat no output in the data', () => {
    const draft = draftOfRecorded('PostToolBatch.denied');
    expect(draft.batch).toEqual([
      {
        tool: 'Bash',
        toolUseId: 'toolu_01Fake0000000000000005',
        input: { command: 'echo ran > mark.txt; echo hi', description: 'Mark' },
        output: 'PreToolUse:Bash hook error: budget exceeded: 5.00 of 5.00 USD',
      },
    ]);
    expect(draft.data).toMatchObject({ tool_calls: [{ tool_name: 'Bash', tool_use_id: 'toolu_01Fake0000000000000005' }] });
    expect(JSON.stringify(draft.data)).not.toContain('budget exceeded');
  });

  it('mark the prompt of a finished background task', () => {
    expect(draftOfRecorded('UserPromptSubmit.task-notification')).toMatchObject({
      type: 'prompt',
      data: { source: 'task-notification' },
    });
    expect(draftOfRecorded('UserPromptSubmit').data).toEqual({ permission_mode: 'default' });
  });

  it('finish a turn well or with the error', () => {
    expect(draftOfRecorded('Stop')).toMatchObject({ ok: true, text: 'Done: hi from the fake model.' });
    expect(draftOfRecorded('StopFailure.529')).toMatchObject({ ok: false, text: 'server_error' });
  });

  it('of a compaction’s nameless agents are no subagents', () => {
    const draft = draftOfRecorded('SubagentStop.compact');
    expect(draft).toMatchObject({ type: 'other', data: { agent_id: 'a4fdc664e1cd508b3' } });
    expect(draft.subagentId).toBeUndefined();
  });

  it('tell the model that the session runs on after a switch', () => {
    expect(draftOfRecorded('PostModelSwitch').facts).toEqual({ model: 'claude-haiku-5-5' });
  });
});
