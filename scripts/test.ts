// `npm test`: types, lint, the client's build, then the tests from the fastest to the slowest; the first failing step ends it.
// `--with-agent` adds the test of a real Claude Code, which it installs from npm into a temporary folder.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './local/root.ts';

const { values } = parseArgs({ options: { 'with-agent': { type: 'boolean', default: false } } });
const reports = mkdtempSync(join(tmpdir(), 'flightdeck-test-'));
const total = { passed: 0, failed: 0 };

const steps = [
  { name: 'types', run: () => tool('typescript/bin/tsc', ['-b']) },
  { name: 'lint', run: () => tool('@biomejs/biome/bin/biome', ['check', '.']) },
  { name: 'client', run: () => tool('vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn']) },
  // In one run, so that no processor waits while the last file of the one project ends.
  { name: 'unit and workerd', run: () => vitest('unit', ['--project', 'plain', '--project', 'workerd']) },
  { name: 'e2e', run: () => vitest('e2e', ['--config', 'vitest.e2e.config.ts', '--project', 'e2e']) },
];
if (values['with-agent']) {
  steps.push({ name: 'agent', run: () => vitest('agent', ['--config', 'vitest.e2e.config.ts', '--project', 'agent']) });
}

for (const { name, run } of steps) {
  const startedMs = Date.now();
  const ok = await run();
  console.log(`${ok ? '✓' : '✗'} ${name} ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  if (ok) continue;
  console.log(`npm test stopped at: ${name}`);
  // A step without counted tests, or one that broke before it could count, is one failure.
  if (total.failed === 0) total.failed = 1;
  break;
}
rmSync(reports, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function vitest(name: string, args: string[]): Promise<boolean> {
  const report = join(reports, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = await tool('vitest/vitest.mjs', ['run', ...args, ...reporters]);
  const counts = counted(report);
  total.passed += counts.numPassedTests;
  total.failed += counts.numFailedTests;
  return ok && counts.numFailedTests === 0;
}

function counted(report: string): { numPassedTests: number; numFailedTests: number } {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 };
  }
}

function tool(path: string, args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0)));
}
