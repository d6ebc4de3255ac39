import { randomBytes, randomUUID } from 'node:crypto';
import { type Call, otlpLog, type Step, type Workspace, workspaceHeaders } from './step.ts';

const model = 'gpt-5.5';

/** Tells a Codex session in its own hooks and telemetry. */
export class CodexSession {
  readonly steps: Step[] = [];
  private readonly sessionId = randomUUID();
  private readonly turnId = randomUUID();
  private readonly workspace: Workspace;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.hook(0, 'SessionStart', { source: 'startup' });
  }

  prompt(prompt: string): this {
    return this.hook(900, 'UserPromptSubmit', { prompt });
  }

  bash(command: string, output: string, ms: number): this {
    return this.tool('Bash', { command }, output, ms);
  }

  patch(patch: string, files: string[]): this {
    const output = `Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess. Updated the following files:\n${files.join('\n')}\n`;
    return this.tool('apply_patch', { command: patch }, output, 600);
  }

  used({ input, output, cacheRead = 0 }: Call): this {
    const attributes = {
      'event.name': 'codex.sse_event',
      'event.kind': 'response.completed',
      'conversation.id': this.sessionId,
      model,
      // Codex counts what it read from the cache as input, too.
      input_token_count: input + cacheRead,
      cached_token_count: cacheRead,
      output_token_count: output,
      reasoning_token_count: 0,
    };
    const body = () => otlpLog('codex_cli_rs', 'codex_otel', null, attributes);
    this.steps.push({ waitMs: 200, path: '/otlp/v1/logs', body });
    return this;
  }

  stop(text: string): this {
    this.hook(1200, 'Stop', { stop_hook_active: false, last_assistant_message: text });
    return this.hook(500, 'SessionEnd', { reason: 'other' });
  }

  private tool(tool_name: string, tool_input: object, tool_response: string, ms: number): this {
    const call = { tool_name, tool_input, tool_use_id: `call_${randomBytes(9).toString('hex')}` };
    this.hook(700, 'PreToolUse', call);
    return this.hook(Math.min(ms, 4000), 'PostToolUse', { ...call, tool_response });
  }

  private hook(waitMs: number, hook_event_name: string, fields: object): this {
    const common = { session_id: this.sessionId, turn_id: this.turnId, transcript_path: null, cwd: this.workspace.cwd, model };
    const body = { ...common, permission_mode: 'default', hook_event_name, ...fields };
    this.steps.push({ waitMs, path: '/hooks/codex', body: () => body, headers: workspaceHeaders(this.workspace) });
    return this;
  }
}
