import type { BatchCall, Draft } from '../../domain/draft.ts';
import { answerClaudeCode, claudeCodeCarries } from './claude-code-answer.ts';
import { trimToolResponse } from './claude-code-response.ts';
import { type Dialect, type HookReader, readHook } from './dialect.ts';
import { amount, id, isRecord, type Reading, rest, text } from './reading.ts';

/** Claude Code 2.1: its hooks post their JSON natively; SessionStart and Setup arrive by a command hook with the same body. */
export const claudeCode: Dialect = {
  agent: 'claude-code',
  read: (body) => readHook(body, readers),
  answer: answerClaudeCode,
  carries: claudeCodeCarries,
};

const shared = ['session_id', 'hook_event_name', 'transcript_path', 'cwd', 'prompt_id', 'agent_id'];
const uses = (...names: string[]) => new Set([...shared, ...names]);
const toolFields = uses('tool_name', 'tool_input', 'tool_use_id', 'tool_response', 'duration_ms');
const failedToolFields = uses('tool_name', 'tool_input', 'tool_use_id', 'duration_ms', 'error');
const deniedToolFields = uses('tool_name', 'tool_input', 'tool_use_id', 'reason');
// Why a session began or ended stays in its data, too: an event has no field for it.
const startFields = new Set([...uses('model', 'session_title')].filter((name) => name !== 'transcript_path'));
const promptFields = uses('prompt', 'session_title');
const messageFields = uses('delta');
const notificationFields = uses('message');
const subagentFields = uses('agent_type', 'last_assistant_message');
const turnFields = uses('last_assistant_message');
const failedTurnFields = uses('error');
const compactionFields = uses('compact_summary');
const endFields = uses();
const batchFields = uses('tool_calls');

// Everything that is not listed (InstructionsLoaded, TaskCreated, ConfigChange, Setup …) is `other`, kept whole.
const readers = new Map<string, HookReader>([
  ['SessionStart', sessionStarted],
  ['UserPromptSubmit', prompt],
  ['MessageDisplay', message],
  ['PreToolUse', (r) => ({ ...tool(r), type: 'tool.started', key: toolKey(r), data: rest(r, toolFields) })],
  ['PostToolUse', toolFinished],
  ['PostToolUseFailure', (r) => toolFailed(r, 'error', failedToolFields)],
  ['PermissionDenied', (r) => toolFailed(r, 'reason', deniedToolFields)],
  ['PermissionRequest', (r) => ({ ...tool(r), type: 'permission.requested', data: rest(r, toolFields) })],
  ['PostToolBatch', batch],
  ['Notification', (r) => ({ ...base(r), type: 'notification', text: text(r, 'message'), data: rest(r, notificationFields) })],
  ['SubagentStart', (r) => ({ ...base(r), type: 'subagent.started', data: rest(r, subagentFields) })],
  ['SubagentStop', subagentStopped],
  ['PostCompact', (r) => ({ ...base(r), type: 'compaction', text: text(r, 'compact_summary'), data: rest(r, compactionFields) })],
  ['PostModelSwitch', modelSwitched],
  [
    'Stop',
    (r) => ({ ...base(r), type: 'turn.finished', ok: true, text: text(r, 'last_assistant_message'), data: rest(r, turnFields) }),
  ],
  [
    'StopFailure',
    (r) => ({ ...base(r), type: 'turn.finished', ok: false, text: text(r, 'error'), data: rest(r, failedTurnFields) }),
  ],
  ['SessionEnd', (r) => ({ ...base(r), type: 'session.ended', reason: text(r, 'reason'), data: rest(r, endFields) })],
]);

function base(r: Reading): Draft {
  const subagentId = id(r, 'agent_id');
  // `agent_type` alone names the main agent of `claude --agent`: that is no subagent.
  const subagentType = subagentId === undefined ? undefined : id(r, 'agent_type');
  return { type: 'other', hook: r.hook, subagentId, subagentType, promptId: id(r, 'prompt_id'), facts: { cwd: text(r, 'cwd') } };
}

function tool(r: Reading): Draft {
  const draft = base(r);
  draft.tool = id(r, 'tool_name');
  draft.toolUseId = id(r, 'tool_use_id');
  draft.input = r.body.tool_input;
  return draft;
}

/** One call fires each of its hooks once; a subagent's calls are its own. The length keeps two ids from running together. */
function toolKey(r: Reading): string | undefined {
  const toolUseId = id(r, 'tool_use_id');
  const agentId = id(r, 'agent_id') ?? '';
  return toolUseId && `${r.hook}:${agentId.length}:${agentId}:${toolUseId}`;
}

function sessionStarted(r: Reading): Draft {
  const facts = { cwd: text(r, 'cwd'), model: id(r, 'model'), title: text(r, 'session_title') };
  return { ...base(r), type: 'session.started', reason: text(r, 'source'), facts, data: rest(r, startFields) };
}

function prompt(r: Reading): Draft {
  const words = text(r, 'prompt');
  const draft: Draft = { ...base(r), type: 'prompt', text: words, data: rest(r, promptFields) };
  const title = text(r, 'session_title');
  if (title !== undefined) draft.facts = { ...draft.facts, title };
  // A finished background task starts a turn with a prompt that nobody typed, and only its first tag tells.
  if (words?.startsWith('<task-notification>')) draft.data = { ...rest(r, promptFields), source: 'task-notification' };
  return draft;
}

function message(r: Reading): Draft {
  const messageId = id(r, 'message_id');
  const index = amount(r, 'index');
  const key = messageId === undefined || index === undefined ? undefined : `message:${index}:${messageId}`;
  return { ...base(r), type: 'message', key, text: text(r, 'delta'), data: rest(r, messageFields) };
}

function toolFinished(r: Reading): Draft {
  const draft = tool(r);
  draft.type = 'tool.finished';
  draft.key = toolKey(r);
  draft.ok = true;
  draft.durationMs = amount(r, 'duration_ms');
  draft.output = trimToolResponse(r.body.tool_response, r.body.tool_input);
  draft.data = rest(r, toolFields);
  return draft;
}

function toolFailed(r: Reading, why: string, used: ReadonlySet<string>): Draft {
  const draft = tool(r);
  draft.type = 'tool.failed';
  draft.key = toolKey(r);
  draft.ok = false;
  draft.durationMs = amount(r, 'duration_ms');
  draft.text = text(r, why);
  draft.data = rest(r, used);
  return draft;
}

/** `/compact` stops two agents that never started, with an empty type: they are no subagents to anybody. */
function subagentStopped(r: Reading): Draft {
  if (r.body.agent_type === '') return { type: 'other', hook: r.hook, data: r.body };
  return { ...base(r), type: 'subagent.finished', text: text(r, 'last_assistant_message'), data: rest(r, subagentFields) };
}

function modelSwitched(r: Reading): Draft {
  return { ...base(r), facts: { model: id(r, 'to_model') }, data: r.body };
}

/** Tells of every call of a batch, also of denied and invalid ones; the outputs came with their own hooks, so `data` only names the calls. */
function batch(r: Reading): Draft {
  const listed = r.body.tool_calls;
  const calls: BatchCall[] = [];
  if (!Array.isArray(listed)) r.wrong = true;
  for (const call of Array.isArray(listed) ? listed : []) {
    const { tool_name: tool, tool_use_id: toolUseId, tool_input: input, tool_response: output } = isRecord(call) ? call : {};
    if (typeof tool !== 'string' || typeof toolUseId !== 'string') r.wrong = true;
    else calls.push({ tool, toolUseId, input, output });
  }
  const named = calls.map((call) => ({ tool_name: call.tool, tool_use_id: call.toolUseId }));
  return { ...base(r), batch: calls, data: { ...rest(r, batchFields), tool_calls: named } };
}
