import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { temporaryFolder } from '../server-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The command of a real Claude Code. */
    claude: string;
  }
}

// What a stranger's machine would have, besides node: the client itself, in the version whose behaviour we recorded.
const version = '2.1.329';

/** One installation for the whole run. */
export default function setup(project: TestProject): () => void {
  const folder = temporaryFolder();
  const install = ['install', '--no-audit', '--no-fund', '--loglevel', 'error', '--prefix', folder];
  execFileSync('npm', [...install, `@anthropic-ai/claude-code@${version}`], { stdio: 'pipe' });
  project.provide('claude', join(folder, 'node_modules/.bin/claude'));
  return () => rmSync(folder, { recursive: true, force: true });
}
