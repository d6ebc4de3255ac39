import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { agentsHere, startAgentRun } from '../../../cli/work/agent-run.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-agent-')));
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** A program in the place of Claude Code. */
const program = (script: string) => writeFileSync(join(home, 'claude'), `#!${process.execPath}\n${script}`, { mode: 0o755 });

function start(script: string, prompt = 'Fix it', rest: string[] = []) {
  program(script);
  vi.stubEnv('PATH', home);
  let heard = '';
  const run = startAgentRun('claude-code', { externalId: 'ext', prompt, folder: home, rest }, 40, (text) => {
    heard += text;
  });
  return { run, heard: () => heard };
}

beforeAll(() => program(''));

describe('an agent that a machine starts', () => {
  it('gets its session’s id and our words as arguments, and the prompt as its input, whatever that looks like', async () => {
    const script = `let input = ''; process.stdin.on('data', (text) => (input += text)).on('end', () => console.log(JSON.stringify([process.argv.slice(2), input, process.cwd()])));`;
    const prompt = '--dangerously-skip-permissions $(touch pwned)';
    const { run, heard } = start(script, prompt, ['--allowedTools', 'Bash']);
    expect(await run.ended).toBe(0);
    expect(JSON.parse(heard())).toEqual([['-p', '--session-id', 'ext', '--allowedTools', 'Bash'], prompt, home]);
  });

  it('says how it ended, and what it said last', async () => {
    const { run, heard } = start(`console.log('x'.repeat(100)); console.error('the end'); process.exitCode = 3;`);
    expect(await run.ended).toBe(3);
    expect(heard()).toHaveLength(109);
    expect(run.tail()).toHaveLength(40);
  });

  it('is asked to end, with what it started, and does', async () => {
    const script = `process.on('SIGINT', () => { console.log('goodbye'); process.exit(0); }); setInterval(() => {}, 1000); console.log('up');`;
    const { run, heard } = start(script);
    await vi.waitUntil(() => heard().includes('up'));
    run.stop();
    run.stop();
    expect(await run.ended).toBe(0);
    expect(heard()).toContain('goodbye');
  });
});

it('a machine without any agent says what to install, and one with it takes what it can start', () => {
  expect(() => agentsHere({ isWindows: false, path: '/nowhere' })).toThrow('There is no command "claude" on this machine.');
  expect(agentsHere({ isWindows: false, path: home })).toEqual(['claude-code']);
});
