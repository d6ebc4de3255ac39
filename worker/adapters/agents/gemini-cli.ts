import type { Draft } from '../../domain/draft.ts';
import { type Dialect, type HookReader, readHook } from './dialect.ts';
import { answerGeminiCli, geminiCliCarries } from './gemini-cli-answer.ts';
import { conversationNote, modelAnswered } from './gemini-cli-model.ts';
import { id, isRecord, type Reading, rest, text, time } from './reading.ts';

/** Gemini CLI 0.61: command hooks that post their stdin. Its tool calls have no id: the room pairs them by tool and input. */
export const geminiCli: Dialect = {
  agent: 'gemini-cli',
  read: (body) => readHook(body, readers),
  answer: answerGeminiCli,
  carries: geminiCliCarries,
};

const shared = ['session_id', 'hook_event_name', 'transcript_path', 'cwd', 'timestamp'];
const uses = (...names: string[]) => new Set([...shared, ...names]);
const toolFields = uses('tool_name', 'tool_input', 'tool_response');
// Why a session began or ended stays in its data, too: an event has no field for it.
const startFields = new Set([...uses()].filter((name) => name !== 'transcript_path'));
const promptFields = uses('prompt');
const turnFields = uses('prompt', 'prompt_response');
const notificationFields = uses('message');
const endFields = uses();
const modelFields = uses('llm_request');

const readers = new Map<string, HookReader>([
  ['SessionStart', (r) => ({ ...base(r), type: 'session.started', reason: text(r, 'source'), data: rest(r, startFields) })],
  ['BeforeAgent', (r) => ({ ...base(r), type: 'prompt', text: text(r, 'prompt'), data: rest(r, promptFields) })],
  ['BeforeModel', beforeModel],
  ['BeforeToolSelection', beforeModel],
  ['AfterModel', (r) => modelAnswered(r, base(r))],
  ['BeforeTool', (r) => ({ ...tool(r), type: 'tool.started' })],
  ['AfterTool', toolFinished],
  ['Notification', (r) => ({ ...base(r), type: 'notification', text: text(r, 'message'), data: rest(r, notificationFields) })],
  ['AfterAgent', turnFinished],
  ['SessionEnd', (r) => ({ ...base(r), type: 'session.ended', reason: text(r, 'reason'), data: rest(r, endFields) })],
]);

function base(r: Reading): Draft {
  return { type: 'other', hook: r.hook, at: time(r, 'timestamp'), facts: { cwd: text(r, 'cwd') } };
}

function tool(r: Reading): Draft {
  return { ...base(r), tool: id(r, 'tool_name'), input: r.body.tool_input, data: rest(r, toolFields) };
}

/** Both model hooks carry the whole conversation again: what is kept is its model and its size. */
function beforeModel(r: Reading): Draft {
  const { model, note } = conversationNote(r);
  const draft = base(r);
  return { ...draft, facts: { ...draft.facts, model }, data: { ...rest(r, modelFields), llm_request: note } };
}

function toolFinished(r: Reading): Draft {
  const output = r.body.tool_response;
  const why = failure(output);
  if (why === undefined) return { ...tool(r), type: 'tool.finished', output, ok: true };
  return { ...tool(r), type: 'tool.failed', output, ok: false, text: why };
}

/** The prompt that the turn began with came with BeforeAgent, and is not kept twice. */
function turnFinished(r: Reading): Draft {
  text(r, 'prompt');
  return { ...base(r), type: 'turn.finished', ok: true, text: text(r, 'prompt_response'), data: rest(r, turnFields) };
}

/** A shell command's exit code is told only to the model, in a trailer after its output. */
const exitTrailer =
  /(?:^|\n)Exit Code: (-?[1-9]\d{0,5})(?:\n(?:Signal|Background PIDs|Process Group PGID): [^\n]{0,200}){0,3}\s{0,4}(?:<\/untrusted_context>)?\s{0,4}$/;

function failure(output: unknown): string | undefined {
  if (!isRecord(output)) return undefined;
  const { error, llmContent } = output;
  if (isRecord(error)) return typeof error.message === 'string' ? error.message : 'The tool failed.';
  if (error !== undefined && error !== null) return typeof error === 'string' ? error : 'The tool failed.';
  if (typeof llmContent !== 'string') return undefined;
  const code = exitTrailer.exec(llmContent.slice(-1000))?.[1];
  return code && `Exit code ${code}`;
}
