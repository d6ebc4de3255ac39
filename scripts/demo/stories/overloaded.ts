import { ClaudeCodeSession } from '../claude-code.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/home/mila/src/reports', repository: 'harbor/reports', branch: 'perf/monthly' };

const session = new ClaudeCodeSession(workspace)
  .prompt('The monthly report takes 40 minutes. Profile it and make it take less than five.')
  .say('Measuring before changing anything.', { input: 1100, output: 44, cacheWrite: 9800 })
  .bash(
    'node --cpu-prof scripts/monthly.js --month 2026-10 --limit 500',
    'Profile a slice',
    'rows 500\nelapsed 41.8 s\nprofile written to CPU.20261121.cpuprofile\n',
    41_800,
  )
  .fail('npx cpuprofile-top CPU.20261121.cpuprofile', 'Where the time goes', 'Exit code 127\nsh: cpuprofile-top: not found', 900)
  .apiError('server_error', 'API Error: 529 Overloaded. This is a server-side issue, usually temporary; try again in a moment.')
  .end('other');

/** Fails. */
export const overloaded: Story = {
  title: 'Speed up the monthly report',
  project: 'platform',
  startsAfterMs: 12_000,
  steps: session.steps,
};
