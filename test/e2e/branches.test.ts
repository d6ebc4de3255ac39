import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { CreatedBranch, SessionSummary } from '../../wire/session.ts';
import type { SessionTree } from '../../wire/session-tree.ts';
import type { SnapshotList } from '../../wire/snapshot.ts';
import { Machine } from './cli-machine.ts';
import { eventually } from './eventually.ts';
import { Gate } from './gate.ts';
import { person } from './person.ts';
import { url } from './server.ts';

const who = person('branches');
const machine = new Machine();
const app = join(machine.home, 'app');
let account: Account;

/** Stands where Claude Code would, and notes how it was called. */
const standIn = `#!${process.execPath}
const [prompt, ...args] = process.argv.slice(2);
require('node:fs').writeFileSync(${JSON.stringify(join(machine.home, 'called.json'))}, JSON.stringify({ prompt, args, cwd: process.cwd() }));
process.exit(args.includes('--fail') ? 7 : 0);
`;

beforeAll(async () => {
  account = await signUp(url, who);
  await machine.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
  write(join(machine.home, 'bin/claude'), standIn);
  chmodSync(join(machine.home, 'bin/claude'), 0o755);
  machine.env.PATH = `${join(machine.home, 'bin')}:${machine.env.PATH}`;
  write(join(app, 'a.txt'), 'committed');
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  write(join(app, 'a.txt'), 'changed');
  write(join(app, 'new.txt'), 'untracked');
});

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: app, encoding: 'utf8' });

async function newParent(sessionId: string, agent = 'claude-code'): Promise<string> {
  const token = await account.ingestToken(sessionId);
  const events = [
    { type: 'prompt', text: 'Fix the login race' },
    { type: 'message', text: 'A mutex, or a queue?' },
    { type: 'turn.finished', ok: true },
  ];
  return (await postHook<IngestAnswer>(url, token, '/hooks/events', { agent, sessionId, events })).sessionId;
}

const called = (): { prompt: string; args: string[]; cwd: string } =>
  JSON.parse(readFileSync(join(machine.home, 'called.json'), 'utf8'));
const treeOf = (id: string) => account.call<SessionTree>('GET', `/api/sessions/${id}/tree`);
const branch = (args: string[], cwd = app) => machine.run(['branch', ...args], '', cwd);

describe('flightdeck branch', () => {
  it('starts the agent in a worktree with the files of the snapshot, under the id of the branch, and keeps hands off the rest', async () => {
    const id = await newParent('parent');
    await machine.must(['snapshot', app, '--session', id]);
    write(join(app, 'a.txt'), 'changed since');
    const args = [id, '--name', 'With a mutex', '--description', 'Try a mutex.', '--', '-p', '--model', 'x'];
    const { code, out, err } = await branch(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const child = (await treeOf(id)).nodes.find(({ parentId }) => parentId === id);
    const session = await account.session(child?.id ?? '');
    expect(child).toMatchObject({ status: 'queued', title: 'With a mutex', branch: { description: 'Try a mutex.' } });
    const { prompt, args: given, cwd } = called();
    expect(given).toEqual(['--session-id', session.externalId, '-p', '--model', 'x']);
    expect(prompt).toContain('Try a mutex.');
    expect(prompt).toContain('Fix the login race');
    expect(cwd).toMatch(/app-with-a-mutex-\w{6}$/);
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('changed');
    expect(readFileSync(join(cwd, 'new.txt'), 'utf8')).toBe('untracked');
    expect(readFileSync(join(app, 'a.txt'), 'utf8')).toBe('changed since');
    expect(git('branch', '--show-current').trim()).toBe('main');
    expect(out).toContain('Worktree of flightdeck/with-a-mutex-');
    const { items } = await account.call<SnapshotList>('GET', `/api/sessions/${id}/snapshots`);
    expect(
      items.map(({ reason }) => reason),
      'a fresh folder is not worth a snapshot',
    ).toEqual(['manual']);
  });

  it('ends as the agent ended', async () => {
    const id = await newParent('fails');
    expect((await branch([id, '--', '--fail'])).code).toBe(7);
  });

  it('fills a plain folder outside of a repository, and says where there is no snapshot', async () => {
    const id = await newParent('plain');
    const outside = join(machine.home, 'outside');
    write(join(outside, 'kept.txt'), 'kept');
    await machine.must(['snapshot', outside, '--session', id]);
    const folder = join(machine.home, 'elsewhere/deep');
    expect((await branch([id, '--folder', folder], outside)).code).toBe(0);
    expect(called().cwd).toBe(folder);
    expect(readdirSync(folder)).toEqual(['kept.txt']);
    const bare = await branch([await newParent('bare')], outside);
    expect(bare).toMatchObject({ code: 0, out: expect.stringContaining('There is no snapshot') });
    expect(readdirSync(called().cwd)).toEqual([]);
  });

  it('starts a branch that was made in the page', async () => {
    const id = await newParent('page');
    const { session, prompt } = await account.call<CreatedBranch>('POST', `/api/sessions/${id}/branches`, {
      name: 'from the page',
    });
    expect(await branch([session.id, '--name', 'late'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('--name comes too late'),
    });
    expect((await branch([session.id])).code).toBe(0);
    expect(called()).toMatchObject({ prompt, args: ['--session-id', session.externalId] });
    expect((await treeOf(id)).nodes).toHaveLength(2);
  });

  it('takes away what it made where the agent could not be started, so that it can be started again', async () => {
    const id = await newParent('broken');
    const { session } = await account.call<CreatedBranch>('POST', `/api/sessions/${id}/branches`, { name: 'broken' });
    // A program that no system runs: its interpreter is missing.
    write(join(machine.home, 'bin/claude'), '#!/no/such/interpreter\n');
    const failed = await branch([session.id]);
    write(join(machine.home, 'bin/claude'), standIn);
    expect(failed).toMatchObject({
      code: 1,
      err: expect.stringMatching(/claude cannot be started.*flightdeck branch ses_\S+ starts it/s),
    });
    expect(readdirSync(machine.home).filter((name) => name.startsWith('app-broken'))).toEqual([]);
    expect(await branch([session.id])).toMatchObject({ code: 0, err: '' });
    expect(called().args).toEqual(['--session-id', session.externalId]);
  });

  it('says at Ctrl-C what becomes of its folder, and how to go on', async () => {
    const id = await newParent('interrupted');
    await machine.must(['snapshot', app, '--session', id]);
    const { session } = await account.call<CreatedBranch>('POST', `/api/sessions/${id}/branches`, { name: 'interrupted' });
    const gate = await Gate.open(url);
    onTestFinished(() => gate.close());
    const slow = new Machine();
    slow.env.PATH = machine.env.PATH;
    await slow.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
    // Its files are on their way for ever.
    gate.hangsAt = /\/contents/;
    const { child, ran } = slow.start(['branch', session.id], '', app);
    await eventually(async () => readdirSync(machine.home).some((name) => name.startsWith('app-interrupted')));
    await eventually(async () => globSync(join(slow.home, '.local/state/flightdeck/snapshots/*/restore.json')).length > 0);
    child.kill('SIGINT');
    const { code, err } = await ran;
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringMatching(
        /Stopped: \S+app-interrupted-\w{6} is taken away again.\nThe branch is made, and waits: flightdeck branch ses_\S+ starts it/,
      ),
    });
    expect(readdirSync(machine.home).filter((name) => name.startsWith('app-interrupted'))).toEqual([]);
    expect(git('branch', '--list', 'flightdeck/interrupted*')).toBe('');
    gate.hangsAt = undefined;
    expect(await slow.run(['branch', session.id], '', app)).toMatchObject({ code: 0 });
    expect(called().args).toEqual(['--session-id', session.externalId]);
  });

  it('is merged back by its own command, with a message where its parent’s agent is there to read it', async () => {
    const id = await newParent('merges');
    const { session } = await account.call<CreatedBranch>('POST', `/api/sessions/${id}/branches`, { name: 'A queue' });
    const merge = (...args: string[]) => machine.run(['merge', ...args], '', app);
    expect(await merge()).toMatchObject({ code: 64, err: expect.stringContaining('Which branch?') });
    expect(await merge(id)).toMatchObject({ code: 1, err: expect.stringContaining('no branch') });
    const events = [
      { type: 'tool.started', tool: 'Write', toolUseId: 'w1', input: { file_path: 'queue.ts', content: 'x' } },
      { type: 'tool.finished', tool: 'Write', toolUseId: 'w1' },
      { type: 'message', text: 'The queue holds.' },
    ];
    const body = { agent: 'claude-code', sessionId: session.externalId, events };
    await postHook(url, await account.ingestToken('works in it'), '/hooks/events', body);
    const { code, out, err } = await merge(session.id, '--message');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('The queue holds.');
    expect(out).toContain('queue.ts');
    expect(out).toContain(`Its outcome is with ${id}, whose agent reads it at its next hook.`);
    expect((await treeOf(id)).nodes.find((node) => node.id === session.id)?.branch?.mergedSeq).toBeGreaterThan(0);
  });

  it('makes nothing where it could not begin', async () => {
    const id = await newParent('nothing');
    const codex = await newParent('other agent', 'codex');
    const refused: [string[], RegExp][] = [
      [[], /Of which session\?/],
      [['ses_aaaaaaaaaaaaaaaaaaaa'], /no such session/],
      [[id, '--at', 'x'], /--at takes the number of an event/],
      [[id, '--at', '99'], /The session has only 3 events/],
      [[id, '--folder', app], /is not empty/],
      [[codex], /codex chooses its session ids itself/],
      [[id, 'more'], /one word too many/],
    ];
    const before = new Set(readdirSync(machine.home));
    for (const [args, words] of refused) {
      const { code, err } = await branch(args);
      expect({ args, code, err }).toEqual({ args, code: expect.any(Number), err: expect.stringMatching(words) });
      expect(code).not.toBe(0);
    }
    expect(new Set(readdirSync(machine.home))).toEqual(before);
    for (const of of [id, codex]) expect((await treeOf(of)).nodes).toHaveLength(1);
    machine.env.PATH = dirname(process.execPath);
    expect(await branch([id])).toMatchObject({ code: 1, err: expect.stringContaining('There is no command "claude"') });
    expect(existsSync(join(machine.home, 'app-branch'))).toBe(false);
    expect((await account.call<SessionSummary>('GET', `/api/sessions/${id}`)).lastSeq).toBe(3);
  });
});
