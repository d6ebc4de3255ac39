import { describe, expect, it } from 'vitest';
import { NativeAgent } from '../../../wire/agent.ts';
import { dialects } from '../../../worker/adapters/index.ts';
import { leaves, recorded, recordedHooks } from './recordings.ts';

// A recording without a line here fails: whoever adds one says what it should become.
const expected: Record<NativeAgent, Record<string, string>> = {
  'claude-code': {
    ConfigChange: 'other',
    CwdChanged: 'other',
    Elicitation: 'other',
    FileChanged: 'other',
    InstructionsLoaded: 'other',
    MessageDisplay: 'message',
    Notification: 'notification',
    PermissionRequest: 'permission.requested',
    PostCompact: 'compaction',
    PostModelSwitch: 'other',
    PostToolBatch: 'other',
    PostToolUse: 'tool.finished',
    PostToolUseFailure: 'tool.failed',
    PreCompact: 'other',
    PreModelSwitch: 'other',
    PreToolUse: 'tool.started',
    SessionEnd: 'session.ended',
    SessionStart: 'session.started',
    Setup: 'other',
    Stop: 'turn.finished',
    StopFailure: 'turn.finished',
    SubagentStart: 'subagent.started',
    SubagentStop: 'subagent.finished',
    'SubagentStop.compact': 'other',
    TaskCompleted: 'other',
    TaskCreated: 'other',
    UserPromptExpansion: 'other',
    UserPromptSubmit: 'prompt',
  },
  codex: {
    PostToolUse: 'tool.finished',
    PreToolUse: 'tool.started',
    SessionEnd: 'session.ended',
    SessionStart: 'session.started',
    Stop: 'turn.finished',
    UserPromptSubmit: 'prompt',
    'notify.agent-turn-complete': 'turn.finished',
  },
  'gemini-cli': {
    AfterAgent: 'turn.finished',
    AfterModel: 'usage',
    'AfterModel.final': 'message usage',
    AfterTool: 'tool.finished',
    'AfterTool.exit3': 'tool.failed',
    BeforeAgent: 'prompt',
    BeforeModel: 'other',
    BeforeTool: 'tool.started',
    BeforeToolSelection: 'other',
    PreCompress: 'other',
    SessionEnd: 'session.ended',
    SessionStart: 'session.started',
  },
};

// What a draft leaves out on purpose: the session's own id and path, what is told by another hook, and what only says what was omitted.
const leftOut: Record<NativeAgent, Set<string>> = {
  'claude-code': new Set(['session_id', 'transcript_path', 'originalFile']),
  codex: new Set(['session_id', 'transcript_path', 'thread-id']),
  'gemini-cli': new Set(['session_id', 'transcript_path', 'timestamp', 'prompt', 'messages', 'candidates']),
};

for (const agent of NativeAgent.options) {
  describe(`recordings of ${agent}`, () => {
    it.each(recordedHooks(agent))('%s is read as what it is', (name) => {
      const read = dialects[agent].read(recorded(agent, name));
      const type = expected[agent][name] ?? expected[agent][name.split('.')[0] ?? ''];
      expect(read.ok && read.drafts.map((draft) => draft.type).join(' ')).toBe(type);
    });

    it.each(recordedHooks(agent))('%s loses nothing', (name) => {
      const body = recorded(agent, name);
      const read = dialects[agent].read(body);
      const kept = new Set(leaves(read));
      expect(leaves(without(body, leftOut[agent])).filter((leaf) => !kept.has(leaf))).toEqual([]);
    });
  });
}

function without(value: unknown, names: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => without(item, names));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !names.has(name))
      .map(([name, inner]) => [name, without(inner, names)]),
  );
}
