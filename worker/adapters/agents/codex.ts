import type { Draft } from '../../domain/draft.ts';
import { answerCodex, codexCarries } from './codex-answer.ts';
import { type Dialect, type DialectRead, type HookReader, readHook } from './dialect.ts';
import { id, isRecord, type Reading, rest, text } from './reading.ts';

/** Codex CLI 0.169: command hooks that post their stdin, and `notify` programs that post their last argument. */
export const codex: Dialect = { agent: 'codex', read, answer: answerCodex, carries: codexCarries };

const shared = ['session_id', 'hook_event_name', 'transcript_path', 'cwd', 'turn_id', 'model', 'agent_id'];
const uses = (...names: string[]) => new Set([...shared, ...names]);
const toolFields = uses('tool_name', 'tool_input', 'tool_use_id', 'tool_response');
// Why a session began or ended stays in its data, too: an event has no field for it.
const startFields = new Set([...uses()].filter((name) => name !== 'transcript_path'));
const promptFields = uses('prompt');
const subagentFields = uses('agent_type', 'last_assistant_message');
const turnFields = uses('last_assistant_message');
const plainFields = uses();

const readers = new Map<string, HookReader>([
  ['SessionStart', (r) => ({ ...base(r), type: 'session.started', reason: text(r, 'source'), data: rest(r, startFields) })],
  ['UserPromptSubmit', (r) => ({ ...base(r), type: 'prompt', text: text(r, 'prompt'), data: rest(r, promptFields) })],
  ['PreToolUse', (r) => ({ ...tool(r), type: 'tool.started', key: toolKey(r) })],
  ['PermissionRequest', (r) => ({ ...tool(r), type: 'permission.requested' })],
  ['PostToolUse', toolFinished],
  ['SubagentStart', (r) => ({ ...base(r), type: 'subagent.started', data: rest(r, subagentFields) })],
  ['SubagentStop', subagentStopped],
  ['PostCompact', (r) => ({ ...base(r), type: 'compaction', data: rest(r, plainFields) })],
  [
    'Stop',
    (r) => ({ ...base(r), type: 'turn.finished', ok: true, text: text(r, 'last_assistant_message'), data: rest(r, turnFields) }),
  ],
  ['Interrupt', (r) => ({ ...base(r), type: 'turn.finished', ok: false, text: 'interrupted', data: rest(r, turnFields) })],
  ['SessionEnd', (r) => ({ ...base(r), type: 'session.ended', reason: text(r, 'reason'), data: rest(r, plainFields) })],
  ['agent-turn-complete', notified],
]);

/** `notify` speaks in dashes and calls the session a thread; from its ids on it is a hook like any other. */
function read(body: unknown): DialectRead {
  if (!isRecord(body) || body.type !== 'agent-turn-complete' || body.hook_event_name !== undefined)
    return readHook(body, readers);
  const { type, 'thread-id': session_id, 'turn-id': turn_id, ...others } = body;
  return readHook({ session_id, hook_event_name: type, turn_id, ...others }, readers);
}

function base(r: Reading): Draft {
  const subagentId = id(r, 'agent_id');
  const subagentType = subagentId === undefined ? undefined : id(r, 'agent_type');
  const facts = { cwd: text(r, 'cwd'), model: id(r, 'model') };
  return { type: 'other', hook: r.hook, subagentId, subagentType, promptId: id(r, 'turn_id'), facts };
}

function tool(r: Reading): Draft {
  const draft = base(r);
  draft.tool = id(r, 'tool_name');
  draft.toolUseId = id(r, 'tool_use_id');
  draft.input = r.body.tool_input;
  draft.data = rest(r, toolFields);
  return draft;
}

function toolKey(r: Reading): string | undefined {
  const toolUseId = id(r, 'tool_use_id');
  const agentId = id(r, 'agent_id') ?? '';
  return toolUseId && `${r.hook}:${agentId.length}:${agentId}:${toolUseId}`;
}

/** Codex has no hook for a failed tool. Only `apply_patch` tells its exit code, so the outcome of a shell command stays unsaid. */
function toolFinished(r: Reading): Draft {
  const output = r.body.tool_response;
  const ok = patchOutcome(r.body.tool_name, output);
  return { ...tool(r), type: ok === false ? 'tool.failed' : 'tool.finished', key: toolKey(r), output, ok };
}

function patchOutcome(tool: unknown, output: unknown): boolean | undefined {
  if (tool !== 'apply_patch' || typeof output !== 'string' || !output.startsWith('Exit code: ')) return undefined;
  return output.startsWith('Exit code: 0\n');
}

function subagentStopped(r: Reading): Draft {
  if (r.body.agent_type === '') return { type: 'other', hook: r.hook, data: r.body };
  return { ...base(r), type: 'subagent.finished', text: text(r, 'last_assistant_message'), data: rest(r, subagentFields) };
}

const notifyFields = uses('last-assistant-message');
function notified(r: Reading): Draft {
  return { ...base(r), type: 'turn.finished', ok: true, text: text(r, 'last-assistant-message'), data: rest(r, notifyFields) };
}
