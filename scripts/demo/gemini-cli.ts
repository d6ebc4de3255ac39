import { randomUUID } from 'node:crypto';
import { type Call, otlpLog, type Step, type Workspace, workspaceHeaders } from './step.ts';

const model = 'gemini-2.5-flash';

/** Tells a Gemini CLI session in its own hooks and telemetry. */
export class GeminiCliSession {
  readonly steps: Step[] = [];
  private readonly sessionId = randomUUID();
  private readonly workspace: Workspace;
  private asked = '';

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.hook(0, 'SessionStart', { source: 'startup' });
  }

  prompt(prompt: string): this {
    this.asked = prompt;
    return this.hook(900, 'BeforeAgent', { prompt });
  }

  tool(tool_name: string, tool_input: object, output: string, ms: number): this {
    this.hook(700, 'BeforeTool', { tool_name, tool_input });
    return this.hook(Math.min(ms, 4000), 'AfterTool', {
      tool_name,
      tool_input,
      tool_response: { llmContent: output, returnDisplay: output },
    });
  }

  used({ input, output, cacheRead = 0 }: Call): this {
    const attributes = {
      'event.name': 'gemini_cli.api_response',
      'session.id': this.sessionId,
      model,
      input_token_count: input + cacheRead,
      cached_content_token_count: cacheRead,
      output_token_count: output,
      thoughts_token_count: 0,
      duration_ms: 700 + output * 5,
      prompt_id: randomUUID(),
      role: 'main',
    };
    const body = () => otlpLog('gemini-cli', 'gemini-cli', `API response from ${model}. Status: 200.`, attributes);
    this.steps.push({ waitMs: 200, path: '/otlp/v1/logs', body });
    return this;
  }

  answer(text: string): this {
    return this.hook(1500, 'AfterAgent', { prompt: this.asked, prompt_response: text, stop_hook_active: false });
  }

  end(): this {
    return this.hook(600, 'SessionEnd', { reason: 'exit' });
  }

  private hook(waitMs: number, hook_event_name: string, fields: object): this {
    const common = { session_id: this.sessionId, cwd: this.workspace.cwd, hook_event_name };
    const body = () => ({ ...common, timestamp: new Date().toISOString(), ...fields });
    this.steps.push({ waitMs, path: '/hooks/gemini-cli', body, headers: workspaceHeaders(this.workspace) });
    return this;
  }
}
