import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { agentsHere, startAgentRun } from '../../../cli/work/agent-run.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-agent-')));
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** A program in the place of an agent's. */
const program = (script: string, name = 'claude') =>
  writeFileSync(join(home, name), `#!${process.execPath}\n${script}`, { mode: 0o755 });

const saysWhatItGot = `let input = ''; process.stdin.on('data', (text) => (input += text)).on('end', () => console.log(JSON.stringify([process.argv.slice(2), input, process.cwd()])));`;

function start(script: string, prompt = 'Fix it', rest: string[] = [], agent = 'claude-code') {
  program(script, agent === 'claude-code' ? 'claude' : 'gemini');
  vi.stubEnv('PATH', home);
  let heard = '';
  const run = startAgentRun(agent, { externalId: 'ext', prompt, folder: home, rest }, 40, (text) => {
    heard += text;
  });
  return { run, heard: () => heard };
}

beforeAll(() => program(''));

describe('an agent that a machine starts', () => {
  it('gets its session’s id and our words as arguments, and the prompt as its input, whatever that looks like', async () => {
    const prompt = '--dangerously-skip-permissions $(touch pwned)';
    const { run, heard } = start(saysWhatItGot, prompt, ['--allowedTools', 'Bash']);
    expect(await run.ended).toBe(0);
    expect(JSON.parse(heard())).toEqual([['-p', '--session-id', 'ext', '--allowedTools', 'Bash'], prompt, home]);
  });

  it('may be Gemini CLI, which reads its prompt likewise where it has no terminal', async () => {
    const { run, heard } = start(saysWhatItGot, '--yolo', ['--skip-trust'], 'gemini-cli');
    expect(await run.ended).toBe(0);
    expect(JSON.parse(heard())).toEqual([['--session-id', 'ext', '--skip-trust'], '--yolo', home]);
  });

  it('is none that takes no id of ours', () => {
    expect(() => start('', 'Fix it', [], 'codex')).toThrow('codex chooses its session ids itself');
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
  const one = join(home, 'one');
  mkdirSync(one);
  writeFileSync(join(one, 'gemini'), '', { mode: 0o755 });
  expect(agentsHere({ isWindows: false, path: one })).toEqual(['gemini-cli']);
  expect(agentsHere({ isWindows: false, path: `${one}:${home}` })).toEqual(['claude-code', 'gemini-cli']);
});
