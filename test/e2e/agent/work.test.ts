import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Account, signUp } from '../../../scripts/local/account.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionRequest } from '../../../wire/work.ts';
import { startFakeAnthropic } from '../../fixtures/agents/fake-anthropic.mjs';
import { Machine } from '../cli-machine.ts';
import { eventually } from '../eventually.ts';
import { person } from '../person.ts';
import { url } from '../server.ts';

const machine = new Machine();
const workspace = join(machine.home, 'project');
const who = person('work');
let account: Account;
let projectId: string;
let api: Awaited<ReturnType<typeof startFakeAnthropic>>;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: workspace, encoding: 'utf8' });

beforeAll(async () => {
  mkdirSync(workspace);
  git('init', '--quiet', '--initial-branch', 'main');
  writeFileSync(join(workspace, 'a.txt'), 'as on main\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  git('branch', 'release');
  writeFileSync(join(workspace, 'a.txt'), 'not committed\n');
  api = await startFakeAnthropic();
  account = await signUp(url, who);
  await machine.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
  await machine.must(['connect', 'claude-code']);
  const { items } = await account.call<{ items: { id: string }[] }>('GET', '/api/projects');
  projectId = items[0]?.id ?? '';
  Object.assign(machine.env, {
    PATH: `${dirname(inject('claude'))}:${machine.env.PATH}`,
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: 'fake',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  });
});
afterAll(async () => {
  machine.killFlushers();
  await api.close();
});

const bash = (command: string) => `[[Bash ${JSON.stringify({ command })}]]`;
const ask = (prompt: string, more: object = {}) =>
  account.call<SessionRequest>('POST', '/api/session-requests', { projectId, agent: 'claude-code', prompt, ...more });
const work = (...more: string[]) =>
  machine.start(['work', '--once', '--folder', workspace, ...more, '--', '--allowedTools', 'Bash,Read'], '', machine.home);
/** Its agent itself has spoken: a session runs before, when its machine says that it is about to start one. */
const hasBegun = ({ sessionId }: SessionRequest) =>
  eventually(async () => (await account.events(sessionId)).some(({ type }) => type === 'prompt'));
/** Resolves when a command has printed these words. */
const saying = ({ stdout }: ChildProcess, words: string) =>
  new Promise<void>((resolve) => {
    let printed = '';
    stdout?.on('data', (text: string) => {
      printed += text;
      if (printed.includes(words)) resolve();
    });
  });
const requestIs = (id: string, status: SessionRequest['status']) =>
  eventually(async () => {
    const request = await account.call<SessionRequest>('GET', `/api/session-requests/${id}`);
    return request.status === status && request;
  });
const sessionIs = (id: string, status: SessionSummary['status']) =>
  eventually(async () => {
    const session = await account.session(id);
    return session.status === status && session;
  });

describe('a machine that works for others, with a real Claude Code', () => {
  it('starts what was asked for in a worktree, live to see, and ends with it', async () => {
    const prompt = `Say what a.txt holds. [[delay 1500]] ${bash('cat a.txt > b.txt')}`;
    const request = await ask(prompt, { ref: 'release', title: 'Read it' });
    expect(await account.session(request.sessionId)).toMatchObject({ status: 'queued', title: 'Read it' });
    const { ran } = work();
    const running = await sessionIs(request.sessionId, 'running');
    expect(running.request).toMatchObject({ id: request.id, ref: 'release', machine: expect.any(String) });
    const { code, out, err } = await ran;
    expect({ code, err }).toMatchObject({ code: 0 });
    const done = await requestIs(request.id, 'completed');
    expect(done.tail).toContain('Done: hi from the fake model.');
    expect(out).toContain('Done: hi from the fake model.');
    const session = await sessionIs(request.sessionId, 'completed');
    expect(session).toMatchObject({ externalId: request.externalId, outcome: 'Done: hi from the fake model.' });
    expect(session.costMicroUsd).toBeGreaterThan(0);
    expect(session.cwd).toMatch(/project-read-it-\w{6}$/);
    expect(readFileSync(join(session.cwd ?? '', 'b.txt'), 'utf8')).toBe('as on main\n');
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('not committed\n');
    const events = await account.events(request.sessionId);
    expect(events.slice(0, 2)).toMatchObject([{ control: { action: 'requested' } }, { control: { action: 'claimed' } }]);
    expect(events.find(({ type }) => type === 'prompt')?.text).toBe(prompt);
    expect(events.filter(({ type }) => type === 'session.ended')).toHaveLength(1);
  });

  it('stops its agent on the second Ctrl-C, and says so', async () => {
    const request = await ask(`Take your time. [[delay 600000]] ${bash('true')}`);
    const { child, ran } = work();
    await hasBegun(request);
    const isHeard = saying(child, 'Taking nothing new.');
    child.kill('SIGINT');
    // Of two signals at once the second may be the first's.
    await isHeard;
    child.kill('SIGINT');
    expect(await ran).toMatchObject({ code: 1, out: expect.stringContaining('Taking nothing new.') });
    expect((await requestIs(request.id, 'cancelled')).words).toMatch(/^stopped on /);
    expect((await sessionIs(request.sessionId, 'cancelled')).endedAt).not.toBeNull();
  });

  it('stops its agent when somebody stops the session', async () => {
    const request = await ask(`Take your time. [[delay 600000]] ${bash('true')}`);
    const { ran } = work();
    // It waits for its model, and asks nothing that could be refused: only its machine can stop it.
    await hasBegun(request);
    await account.call('POST', `/api/sessions/${request.sessionId}/control`, { action: 'stop' });
    expect(await ran).toMatchObject({ code: 1, out: expect.stringContaining('stopped by order') });
    expect((await requestIs(request.id, 'cancelled')).words).toBe('stopped by order');
  });
});
