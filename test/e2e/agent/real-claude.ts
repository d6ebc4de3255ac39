import { spawn } from 'node:child_process';

/** What `claude -p --output-format json` prints. */
export interface ClaudeResult {
  session_id: string;
  result: string;
  terminal_reason: string;
  total_cost_usd: number;
  usage: { input_tokens: number; output_tokens: number; cache_read_input_tokens: number; cache_creation_input_tokens: number };
}

interface Place {
  home: string;
  workspace: string;
  apiUrl: string;
}

/**
 * Runs it with nothing in the environment but where the fake model is; resolves to what the client says of it. `words` are a prompt, or
 * whatever else `claude -p` takes.
 */
export function runClaude(claude: string, words: string | string[], { home, workspace, apiUrl }: Place): Promise<ClaudeResult> {
  const args = ['-p', ...[words].flat(), '--allowedTools', 'Bash,Read', '--output-format', 'json'];
  const child = spawn(claude, args, {
    cwd: workspace,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ANTHROPIC_BASE_URL: apiUrl,
      ANTHROPIC_API_KEY: 'fake',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`claude ended with ${code}: ${out}${errors}`));
      resolve(JSON.parse(out) as ClaudeResult);
    });
  });
}
