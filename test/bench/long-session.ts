import type { Script, Step } from './replay.ts';

const minute = 60_000;
const stepsPerTurn = 24;
const hooksPerTurn = 4 * stepsPerTurn + 2;
/** Between a turn's end and the next prompt, a person reads. */
const readingMs = 20_000;

/** A hook of Claude Code's, `atMs` after the session's start. */
interface Hook {
  atMs: number;
  body: Record<string, unknown>;
}

/** How many turns somebody takes who works for so long. */
export const turnsIn = (hours: number): number => Math.ceil((hours * 60 * minute) / (hooksPerTurn * 1000 + readingMs));

/**
 * A session with one hook a second while the agent works, in turns of 98 hooks: a prompt, then messages with a tool call each, then
 * the end of the turn and 20 seconds in which somebody reads. Every model call is told by telemetry, exported each second.
 */
export function longSession(name: string, turns: number): Script {
  const hooks = hooksOf(name, turns);
  const posts = hooks.map(({ atMs, body }): Step => ({ atMs, path: '/hooks/claude-code', body }));
  return script(name, [...posts, ...telemetryOf(name, hooks, 1)]);
}

/** The same session, in which every third call edits a file: three edits a file, and on to the next. */
export function editingSession(name: string, turns: number): Script {
  const hooks = hooksOf(name, turns, (call) => (call % 3 === 0 ? edit(call) : test(call)));
  const posts = hooks.map(({ atMs, body }): Step => ({ atMs, path: '/hooks/claude-code', body }));
  return script(name, [...posts, ...telemetryOf(name, hooks, 1)]);
}

/** The same session from a client that sends ten hooks, and the telemetry of ten model calls, at a time. */
export function longSessionInBatches(name: string, turns: number): Script {
  const hooks = hooksOf(name, turns);
  const posts = tens(hooks).map(
    (ten, index): Step => ({
      atMs: ten.at(-1)?.atMs ?? 0,
      path: '/hooks/claude-code/batch',
      body: { stream: 'spool', events: ten.map(({ body }, i) => ({ n: index * 10 + i + 1, hook: body })) },
    }),
  );
  return script(name, [...posts, ...telemetryOf(name, hooks, 10)]);
}

/** Somebody asks one thing and leaves. */
export function shortSession(name: string): Script {
  const at = (seconds: number, hook_event_name: string, more: object = {}): Step => ({
    atMs: seconds * 1000,
    path: '/hooks/claude-code',
    body: { session_id: name, cwd: '/home/dev/project', hook_event_name, ...more },
  });
  const steps = [
    at(0, 'SessionStart', { source: 'startup' }),
    at(1, 'UserPromptSubmit', { prompt: 'what does this project do?' }),
  ];
  return script(name, [...steps, at(6, 'MessageDisplay', message(0)), at(6, 'Stop'), at(20, 'SessionEnd', { reason: 'other' })]);
}

const script = (externalId: string, steps: Step[]): Script => ({
  name: externalId,
  agent: 'claude-code',
  externalId,
  steps: steps.toSorted((a, b) => a.atMs - b.atMs),
});

interface Tool {
  tool_name: string;
  tool_input: object;
}

const test = (call: number): Tool => ({ tool_name: 'Bash', tool_input: { command: `npm test -- part-${call}` } });

const edit = (call: number): Tool => ({
  tool_name: 'Edit',
  tool_input: { file_path: `/home/dev/project/src/part-${Math.floor(call / 9)}.ts`, old_string: 'one', new_string: 'two' },
});

function hooksOf(sessionId: string, turns: number, toolOf = test): Hook[] {
  const hooks: Hook[] = [];
  let atMs = 0;
  const add = (hook_event_name: string, more: object = {}) => {
    hooks.push({ atMs, body: { session_id: sessionId, cwd: '/home/dev/project', hook_event_name, ...more } });
    atMs += 1000;
  };
  add('SessionStart', { source: 'startup' });
  for (let turn = 0; turn < turns; turn++, atMs += readingMs) {
    add('UserPromptSubmit', { prompt: `part ${turn} of the work` });
    for (let call = turn * stepsPerTurn; call < (turn + 1) * stepsPerTurn; call++) {
      const tool = { ...toolOf(call), tool_use_id: `toolu_${call}` };
      add('MessageDisplay', message(call));
      add('PreToolUse', tool);
      add('PostToolUse', { ...tool, tool_response: { stdout: `${call} passed\n`, stderr: '' }, duration_ms: 900 });
      add('PostToolBatch', { tool_calls: [{ ...tool, tool_response: `${call} passed\n` }] });
    }
    add('Stop', { last_assistant_message: 'done' });
  }
  add('SessionEnd', { reason: 'other' });
  return hooks;
}

const message = (call: number) => ({ message_id: `msg_${call}`, index: 0, final: true, delta: `Step ${call}: I run the tests.` });

/** One model call for each message, `size` to an export. */
function telemetryOf(sessionId: string, hooks: Hook[], size: number): Step[] {
  const calls = hooks.filter(({ body }) => body.hook_event_name === 'MessageDisplay');
  return tens(calls, size).map((some) => ({
    atMs: (some.at(-1)?.atMs ?? 0) + 500,
    path: '/otlp/v1/logs',
    body: exported(some.map(({ body }) => record(sessionId, String(body.message_id)))),
  }));
}

function tens<T>(items: T[], size = 10): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

const exported = (logRecords: object[]) => ({
  resourceLogs: [
    { resource: { attributes: [] }, scopeLogs: [{ scope: { name: 'com.anthropic.claude_code.events' }, logRecords }] },
  ],
});

function record(sessionId: string, requestId: string): object {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const int = (key: string, intValue: number) => ({ key, value: { intValue } });
  return {
    timeUnixNano: '4102736400000000000',
    body: { stringValue: 'claude_code.api_request' },
    attributes: [
      text('event.name', 'api_request'),
      text('session.id', sessionId),
      text('request_id', requestId),
      text('model', 'claude-opus-5-5'),
      int('input_tokens', 24),
      int('output_tokens', 90),
      int('cache_read_tokens', 30_000),
      int('cache_creation_tokens', 600),
      int('cost_usd_micros', 37_896),
    ],
  };
}
