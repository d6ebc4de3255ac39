import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkOut, remoteOf, type Sources } from '../../../cli/work/checkout.ts';
import type { SessionRequest } from '../../../wire/work.ts';
import { requestOf } from '../../../worker/domain/work/request.ts';
import { sshStandIn } from './ssh-stand-in.ts';

const desk = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-work-')));
const [origin, app] = [join(desk, 'origin'), join(desk, 'app')];
afterAll(() => rmSync(desk, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
const commit = (text: string) => {
  writeFileSync(join(origin, 'a.txt'), text);
  git(origin, 'add', '.');
  git(origin, 'commit', '--quiet', '-m', text);
  return git(origin, 'rev-parse', 'HEAD');
};

const { signal } = new AbortController();
const takeOut = (from: string, wanted: SessionRequest, more: Partial<Sources> = {}) =>
  checkOut({ folder: from, ...more }, wanted, signal);

let asked = 0;
/** Each request has a session of its own. */
function request(ref?: string, claims = 1) {
  asked += 1;
  const ids = { id: `req_${asked}`, sessionId: `ses_aaaaaaaaaaaaa00000${asked}`, externalId: `ext${asked}` };
  const wish = { organizationId: 'org_1', projectId: 'prj_1', agent: 'claude-code', prompt: 'Fix it', key: `${asked}`, ref };
  const source = { kind: 'api', label: 'API' } as const;
  return { ...requestOf({ ...wish, source, requestedBy: { userId: 'usr_1', name: 'Ann' } }, ids, 0), claims };
}
const held = (folder: string) => readFileSync(join(folder, 'a.txt'), 'utf8');

let first: string;
beforeAll(() => {
  mkdirSync(origin);
  git(origin, 'init', '--quiet', '--initial-branch', 'main');
  first = commit('first');
  git(desk, 'clone', '--quiet', origin, app);
});

describe('the checkout of a request', () => {
  it('is a worktree of what is checked out, beside the folder, where it names no ref', async () => {
    const place = await takeOut(app, request());
    expect(place.folder).toMatch(/\/app-fix-it-\w{6}$/);
    expect(held(place.folder)).toBe('first');
    expect(git(app, 'branch', '--show-current')).toBe('main');
    expect(remoteOf(app)).toBe(origin);
  });

  it('is at the ref as the remote has it by now, be it a branch, a commit or a pull request’s', async () => {
    commit('second');
    git(origin, 'update-ref', 'refs/pull/7/head', 'HEAD');
    expect(held((await takeOut(app, request('main'))).folder)).toBe('second');
    expect(held((await takeOut(app, request('refs/pull/7/head'))).folder)).toBe('second');
    expect(held((await takeOut(app, request(first))).folder)).toBe('first');
  });

  it('is another where a machine went away over it before', async () => {
    const one = request();
    const { folder } = await takeOut(app, one);
    expect((await takeOut(app, { ...one, claims: 2 })).folder).toBe(`${folder}-2`);
  });

  it.each(['nowhere', '--upload-pack=touch pwned', 'main:main', '+main', 'main^{/x}'])(
    'is refused at %j, and nothing is made',
    async (ref) => {
      const before = git(app, 'worktree', 'list');
      await expect(takeOut(app, request(ref))).rejects.toThrow(
        ref === 'nowhere' ? 'has no "nowhere"' : 'is no branch, tag or commit',
      );
      expect(git(app, 'worktree', 'list')).toBe(before);
    },
  );

  it('is an empty folder where there is no repository', async () => {
    const plain = join(desk, 'plain');
    mkdirSync(plain);
    const { folder, gitBranch } = await takeOut(plain, request('main'));
    expect([folder.startsWith(`${plain}-fix-it-`), gitBranch]).toEqual([true, undefined]);
  });
});

describe('a machine that clones', () => {
  const into = join(desk, 'clones');
  const named = (repository: string, ref?: string) => ({ ...request(ref), repository });
  const clones = () => (existsSync(into) ? readdirSync(into, { recursive: true, encoding: 'utf8' }) : []);

  beforeEach(() => {
    for (const [name, value] of Object.entries(sshStandIn(desk, 'code.example.com', origin))) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());

  it('clones a repository once, and gives each request a worktree at what the remote has by then', async () => {
    const wish = () => named('code.example.com/acme/web', 'main');
    const [one, two] = await Promise.all([takeOut(app, wish(), { cloneInto: into }), takeOut(app, wish(), { cloneInto: into })]);
    expect(one.folder).toMatch(/\/clones\/code\.example\.com\/acme\/web-fix-it-\w{6}$/);
    expect(new Set([one.folder, two.folder, join(into, 'code.example.com/acme/web')]).size).toBe(3);
    commit('third');
    expect(held((await takeOut(app, wish(), { cloneInto: into })).folder)).toBe('third');
    expect(held((await takeOut(app, named('code.example.com/acme/web'), { cloneInto: into })).folder)).toBe('third');
    expect(held((await takeOut(app, named('code.example.com/acme/web', first), { cloneInto: into })).folder)).toBe('first');
    expect(held((await takeOut(app, named('code.example.com/acme/web', 'refs/pull/7/head'), { cloneInto: into })).folder)).toBe(
      'second',
    );
    expect(clones().filter((path) => path.endsWith('.part'))).toEqual([]);
    expect(git(join(into, 'code.example.com/acme/web'), 'for-each-ref', 'refs/flightdeck')).toBe('');
    const calls = readFileSync(join(desk, 'ssh.log'), 'utf8').trim().split('\n');
    // A clone, and one look for each of the six but the commit that is here already.
    expect(calls).toHaveLength(6);
    expect(new Set(calls)).toEqual(new Set(["git-upload-pack '/acme/web.git'"]));
  });

  it('says what git says where a ref is not there', async () => {
    await expect(takeOut(app, named('code.example.com/acme/web', 'nowhere'), { cloneInto: into })).rejects.toThrow(
      /"nowhere" could not be fetched: .*nowhere/,
    );
  });

  it('says so where a ref is a file, be it in a clone or in its own checkout', async () => {
    git(origin, 'tag', 'note', git(origin, 'rev-parse', 'HEAD:a.txt'));
    const wish = named('code.example.com/acme/web', 'refs/tags/note');
    await expect(takeOut(app, wish, { cloneInto: into })).rejects.toThrow('"refs/tags/note" is no commit');
    await expect(takeOut(app, request('refs/tags/note'))).rejects.toThrow('"refs/tags/note" is no commit');
    expect(git(app, 'for-each-ref', 'refs/flightdeck')).toBe('');
  });

  it.each([
    ...[
      '--upload-pack=touch pwned/x',
      'code.example.com/--upload-pack=x',
      'code.example.com/../../etc',
      'code.example.com/a/.git',
    ],
    ...['localhost/acme/web', 'code.example.com', '-code.example.com/acme/web', 'code.example.com/acme/we b', 'ext::sh/acme/web'],
  ])('clones nothing where %j is no repository', async (repository) => {
    const before = clones().length;
    await expect(takeOut(app, named(repository), { cloneInto: into })).rejects.toThrow('is no repository');
    expect(clones()).toHaveLength(before);
  });

  it('reaches no file of its own in the place of a repository, whatever git is told elsewhere', async () => {
    const config = join(desk, 'gitconfig');
    writeFileSync(
      config,
      `[url "${origin}"]\n  insteadOf = https://code.example.com/acme/files.git\n[protocol "file"]\n  allow = always\n`,
    );
    await expect(takeOut(app, named('code.example.com/acme/files'), { cloneInto: into })).rejects.toThrow(/'file' not allowed/);
    expect(clones().some((path) => path.includes('files'))).toBe(false);
  });

  it('leaves alone what lies there and is no clone of it', async () => {
    mkdirSync(join(into, 'code.example.com/acme/notes'), { recursive: true });
    await expect(takeOut(app, named('code.example.com/acme/notes'), { cloneInto: into })).rejects.toThrow('is no clone of');
  });

  it('is ended while it clones, and leaves nothing half-made', async () => {
    vi.stubEnv('GIT_SSH_COMMAND', 'cat #');
    const stopped = new AbortController();
    const cloning = checkOut({ folder: app, cloneInto: into }, named('code.example.com/acme/slow'), stopped.signal);
    await vi.waitUntil(() => clones().some((path) => path.endsWith('.part')));
    stopped.abort();
    await expect(cloning).rejects.toThrow('could not clone');
    expect(clones().some((path) => path.includes('slow'))).toBe(false);
  });

  it('does not wait for another’s clone once it is stopped itself', async () => {
    vi.stubEnv('GIT_SSH_COMMAND', 'cat #');
    const [one, two] = [new AbortController(), new AbortController()];
    const wish = () => named('code.example.com/acme/slow');
    const cloning = checkOut({ folder: app, cloneInto: into }, wish(), one.signal);
    const waiting = checkOut({ folder: app, cloneInto: into }, wish(), two.signal);
    two.abort();
    await expect(waiting).rejects.toThrow('aborted');
    one.abort();
    await expect(cloning).rejects.toThrow('could not clone');
  });

  it('takes away what was left of clones a day ago, and nothing else', async () => {
    const parent = join(into, 'code.example.com/acme');
    const id = '0b8f5f0e-8a3b-4c9a-9d55-0f3a5f1f2a6';
    const [left, underWay, other] = [`.web.${id}1.part`, `.web.${id}2.part`, '.web.part'];
    for (const name of [left, underWay, other]) mkdirSync(join(parent, name, '.git'), { recursive: true });
    for (const name of [left, other]) utimesSync(join(parent, name), 0, 0);
    await expect(takeOut(app, named('code.example.com/acme/gone', 'x'), { cloneInto: into })).rejects.toThrow();
    expect(readdirSync(parent)).toEqual(expect.arrayContaining([underWay, other]));
    expect(readdirSync(parent)).not.toContain(left);
  });
});
