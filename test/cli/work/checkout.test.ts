import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOut, remoteOf } from '../../../cli/work/checkout.ts';
import { requestOf } from '../../../worker/domain/work/request.ts';

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
  it('is a worktree of what is checked out, beside the folder, where it names no ref', () => {
    const place = checkOut(app, request());
    expect(place.folder).toMatch(/\/app-fix-it-\w{6}$/);
    expect(held(place.folder)).toBe('first');
    expect(git(app, 'branch', '--show-current')).toBe('main');
    expect(remoteOf(app)).toBe(origin);
  });

  it('is at the ref as the remote has it by now, be it a branch, a commit or a pull request’s', () => {
    commit('second');
    git(origin, 'update-ref', 'refs/pull/7/head', 'HEAD');
    expect(held(checkOut(app, request('main')).folder)).toBe('second');
    expect(held(checkOut(app, request('refs/pull/7/head')).folder)).toBe('second');
    expect(held(checkOut(app, request(first)).folder)).toBe('first');
  });

  it('is another where a machine went away over it before', () => {
    const one = request();
    const { folder } = checkOut(app, one);
    expect(checkOut(app, { ...one, claims: 2 }).folder).toBe(`${folder}-2`);
  });

  it.each(['nowhere', '--upload-pack=touch pwned', 'main:main', '+main', 'main^{/x}'])(
    'is refused at %j, and nothing is made',
    (ref) => {
      const before = git(app, 'worktree', 'list');
      expect(() => checkOut(app, request(ref))).toThrow(ref === 'nowhere' ? 'has no "nowhere"' : 'is no branch, tag or commit');
      expect(git(app, 'worktree', 'list')).toBe(before);
    },
  );

  it('is an empty folder where there is no repository', () => {
    const plain = join(desk, 'plain');
    mkdirSync(plain);
    const { folder, gitBranch } = checkOut(plain, request('main'));
    expect([folder.startsWith(`${plain}-fix-it-`), gitBranch]).toEqual([true, undefined]);
  });
});
