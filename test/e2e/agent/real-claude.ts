import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

// What a stranger's machine would have, besides node: the client itself, in the version whose behaviour we recorded.
const version = '2.1.329';

/** What `claude -p --output-format json` prints. */
export interface ClaudeResult {
  session_id: string;
  result: string;
  total_cost_usd: number;
  usage: { input_tokens: number; output_tokens: number; cache_read_input_tokens: number; cache_creation_input_tokens: number };
}

/** Installs the client into `folder`; its command. */
export function installClaude(folder: string): string {
  const install = ['install', '--no-audit', '--no-fund', '--loglevel', 'error', '--prefix', folder];
  execFileSync('npm', [...install, `@anthropic-ai/claude-code@${version}`], { stdio: 'pipe' });
  return join(folder, 'node_modules/.bin/claude');
}

interface Place {
  home: string;
  workspace: string;
  apiUrl: string;
}

/** Runs one prompt with nothing in the environment but where the fake model is; resolves to what the client says of it. */
export function runClaude(claude: string, prompt: string, { home, workspace, apiUrl }: Place): Promise<ClaudeResult> {
  const child = spawn(claude, ['-p', prompt, '--allowedTools', 'Bash', '--output-format', 'json'], {
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
