import { spawn } from 'node:child_process';
import { root } from './root.ts';

interface RunOptions {
  env?: Record<string, string>;
  /** Shown as it comes instead of being kept for the error. */
  show?: boolean;
  input?: string;
}

/** A tool of ours ended badly; `output` is all it said. */
export class RunError extends Error {
  readonly output: string;

  constructor(command: string, code: number | null, output: string) {
    super(`${command} ended with ${code ?? 'a signal'}\n${output}`);
    this.output = output;
  }
}

/** Runs a JavaScript tool from node_modules under this same Node, quietly; resolves to what it printed, throws RunError. */
export async function runTool(path: string, args: string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(process.execPath, [`${root}/node_modules/${path}`, ...args], {
    cwd: root,
    env: { ...process.env, ...quiet, ...options.env },
    stdio: ['pipe', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
  });
  child.stdin?.end(options.input ?? '');
  const chunks: { from: 'out' | 'error'; text: string }[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => chunks.push({ from: 'out', text }));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => chunks.push({ from: 'error', text }));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new RunError([path, ...args].join(' '), code, chunks.map((chunk) => chunk.text).join(''));
  return chunks
    .filter((chunk) => chunk.from === 'out')
    .map((chunk) => chunk.text)
    .join('');
}

export const wrangler = 'wrangler/bin/wrangler.js';
export const vite = 'vite/bin/vite.js';

/** Nothing that we start phones home or looks for updates. */
const quiet = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_HIDE_BANNER: 'true', CI: '1' };
