import { randomBytes, randomUUID } from 'node:crypto';
import { type Call, otlpLog, type Step, type Workspace, workspaceHeaders } from './step.ts';

const model = 'claude-opus-5-5';

interface Subagent {
  agent_id: string;
  agent_type: string;
}

/** Tells a Claude Code session in its own hooks and telemetry; each verb adds the requests that the client would send. */
export class ClaudeCodeSession {
  readonly steps: Step[] = [];
  private readonly sessionId = randomUUID();
  private readonly workspace: Workspace;
  private promptId = randomUUID();
  private subagent: Subagent | undefined;
  private calls = 0;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.hook(0, 'SessionStart', { source: 'startup', model });
  }

  prompt(prompt: string): this {
    this.promptId = randomUUID();
    return this.hook(900, 'UserPromptSubmit', { prompt });
  }

  /** A message of the model, with what the call that made it used. */
  say(text: string, call: Call): this {
    this.hook(1400, 'MessageDisplay', {
      ...this.subagent,
      turn_id: randomUUID(),
      message_id: randomUUID(),
      index: 0,
      final: true,
      delta: text,
    });
    return this.used(call);
  }

  bash(command: string, description: string, stdout: string, ms: number): this {
    const response = { stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false };
    return this.tool('Bash', { command, description }, response, ms);
  }

  read(file: string, content: string): this {
    const filePath = `${this.workspace.cwd}/${file}`;
    const numLines = content.split('\n').length;
    return this.tool(
      'Read',
      { file_path: filePath },
      { type: 'text', file: { filePath, content, numLines, startLine: 1, totalLines: numLines } },
      14,
    );
  }

  grep(pattern: string, filenames: string[]): this {
    return this.tool(
      'Grep',
      { pattern, output_mode: 'files_with_matches' },
      { mode: 'files_with_matches', filenames, numFiles: filenames.length },
      38,
    );
  }

  edit(file: string, before: string, after: string, startLine: number): this {
    const filePath = `${this.workspace.cwd}/${file}`;
    const removed = before.split('\n');
    const added = after.split('\n');
    const patch = {
      oldStart: startLine,
      oldLines: removed.length,
      newStart: startLine,
      newLines: added.length,
      lines: [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)],
    };
    const response = {
      filePath,
      oldString: before,
      newString: after,
      originalFile: before,
      structuredPatch: [patch],
      userModified: false,
    };
    return this.tool('Edit', { file_path: filePath, old_string: before, new_string: after, replace_all: false }, response, 9);
  }

  write(file: string, content: string): this {
    const filePath = `${this.workspace.cwd}/${file}`;
    const response = { type: 'create', filePath, content, structuredPatch: [], originalFile: null, userModified: false };
    return this.tool('Write', { file_path: filePath, content }, response, 11);
  }

  tool(tool_name: string, tool_input: object, tool_response: unknown, duration_ms: number): this {
    const call = { ...this.subagent, tool_name, tool_input, tool_use_id: toolUseId() };
    this.hook(500, 'PreToolUse', call);
    return this.hook(Math.min(Math.max(duration_ms, 400), 4000), 'PostToolUse', { ...call, tool_response, duration_ms });
  }

  fail(command: string, description: string, error: string, duration_ms: number): this {
    const call = { ...this.subagent, tool_name: 'Bash', tool_input: { command, description }, tool_use_id: toolUseId() };
    this.hook(500, 'PreToolUse', call);
    return this.hook(Math.min(duration_ms, 4000), 'PostToolUseFailure', { ...call, error, is_interrupt: false, duration_ms });
  }

  /** Work that a subagent does, between the parent's call and its result. */
  delegate(agentType: string, description: string, prompt: string, work: (session: this) => void, answer: string): this {
    const subagent = { agent_id: `a${randomBytes(8).toString('hex')}`, agent_type: agentType };
    const input = { description, prompt, subagent_type: agentType, run_in_background: false };
    const call = { tool_name: 'Agent', tool_input: input, tool_use_id: toolUseId() };
    this.hook(500, 'PreToolUse', call);
    this.hook(200, 'SubagentStart', subagent);
    this.subagent = subagent;
    const from = this.steps.length;
    work(this);
    this.subagent = undefined;
    this.hook(300, 'SubagentStop', {
      ...subagent,
      stop_hook_active: false,
      last_assistant_message: answer,
      background_tasks: [],
    });
    const totalDurationMs = this.steps.slice(from).reduce((sum, step) => sum + step.waitMs, 0);
    const response = {
      status: 'completed',
      agentId: subagent.agent_id,
      agentType,
      content: [{ type: 'text', text: answer }],
      totalDurationMs,
    };
    return this.hook(200, 'PostToolUse', { ...call, tool_response: response, duration_ms: totalDurationMs });
  }

  /** A call that a person has to allow first; the session waits there. */
  askFor(command: string, description: string): this {
    const tool = { tool_name: 'Bash', tool_input: { command, description } };
    this.hook(600, 'PreToolUse', { ...tool, tool_use_id: toolUseId() });
    this.hook(150, 'PermissionRequest', {
      ...tool,
      permission_suggestions: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
    });
    return this.hook(1500, 'Notification', {
      message: `Claude needs your permission to use Bash`,
      notification_type: 'permission_prompt',
    });
  }

  /** A call that a rule has somebody in Flightdeck asked about; as our command sends it, which polls for the answer instead of waiting. */
  wants(command: string, description: string): this {
    const tool = { tool_name: 'Bash', tool_input: { command, description }, tool_use_id: toolUseId() };
    const hook = this.bodyOf('PreToolUse', tool);
    const body = () => ({ stream: this.sessionId, events: [{ n: 1, hook }] });
    this.steps.push({ waitMs: 600, path: '/hooks/claude-code/batch', body });
    return this;
  }

  stop(text: string, call: Call): this {
    this.say(text, call);
    return this.hook(300, 'Stop', {
      stop_hook_active: false,
      last_assistant_message: text,
      background_tasks: [],
      session_crons: [],
    });
  }

  apiError(error: string, text: string): this {
    return this.hook(2500, 'StopFailure', { error, last_assistant_message: text });
  }

  end(reason = 'prompt_input_exit'): this {
    return this.hook(900, 'SessionEnd', { reason });
  }

  private used({ input, output, cacheRead = 0, cacheWrite = 0 }: Call): this {
    this.calls++;
    const attributes = {
      'session.id': this.sessionId,
      'prompt.id': this.promptId,
      'event.name': 'api_request',
      'event.sequence': this.calls,
      model,
      input_tokens: input,
      output_tokens: output,
      cache_read_tokens: cacheRead,
      cache_creation_tokens: cacheWrite,
      // Dollars per million tokens: 4 in, 20 out, 0.2 read from the cache, 5 written to it.
      cost_usd_micros: Math.round(input * 4 + output * 20 + cacheRead * 0.2 + cacheWrite * 5),
      duration_ms: 900 + output * 14,
      request_id: `req_${randomBytes(10).toString('hex')}`,
      ...this.subagent,
    };
    const body = () => otlpLog('claude-code', 'com.anthropic.claude_code.events', 'claude_code.api_request', attributes);
    this.steps.push({ waitMs: 150, path: '/otlp/v1/logs', body });
    return this;
  }

  private hook(waitMs: number, hook_event_name: string, fields: object): this {
    const body = this.bodyOf(hook_event_name, fields);
    this.steps.push({ waitMs, path: '/hooks/claude-code', body: () => body, headers: workspaceHeaders(this.workspace) });
    return this;
  }

  private bodyOf(hook_event_name: string, fields: object): object {
    return {
      session_id: this.sessionId,
      transcript_path: `/home/robin/.claude/projects/${this.sessionId}.jsonl`,
      cwd: this.workspace.cwd,
      prompt_id: this.promptId,
      permission_mode: 'default',
      hook_event_name,
      ...fields,
    };
  }
}

const toolUseId = () => `toolu_01${randomBytes(11).toString('hex')}`;
