import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makePlace, requireFree, slugOf } from '../../../cli/branch/place.ts';

const desk = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-branch-')));
const app = join(desk, 'app');
afterAll(() => rmSync(desk, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: app, encoding: 'utf8' }).trim();

describe('what a branch is called on disk', () => {
  it.each([
    ['With a mutex', 'with-a-mutex-k3j2x9'],
    ['  ../../etc/passwd ', 'etc-passwd-k3j2x9'],
    ['Über größe', 'u-ber-gro-e-k3j2x9'],
    ['日本', 'branch-k3j2x9'],
    [null, 'branch-k3j2x9'],
  ])('%j is %s', (name, slug) => {
    expect(slugOf(name, 'ses_aaaaaaaaaaaaaak3j2x9')).toBe(slug);
  });

  it('is one word of a path, whatever somebody named it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        expect(slugOf(name, 'ses_aaaaaaaaaaaaaak3j2x9')).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
    );
  });
});

describe('the place of a branch', () => {
  let first: string;

  beforeAll(() => {
    mkdirSync(join(app, 'packages/web'), { recursive: true });
    git('init', '--quiet', '--initial-branch', 'main');
    writeFileSync(join(app, 'a.txt'), 'first');
    writeFileSync(join(app, 'packages/web/b.txt'), 'b');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    first = git('rev-parse', 'HEAD');
    writeFileSync(join(app, 'a.txt'), 'second');
    git('commit', '--quiet', '-am', 'second');
  });

  it('is a worktree at the snapshot’s commit, beside the repository, on a git branch of its own', async () => {
    const place = await makePlace(app, undefined, 'mutex-1', first);
    expect(place).toMatchObject({ folder: join(desk, 'app-mutex-1'), gitBranch: 'flightdeck/mutex-1' });
    expect(readFileSync(join(place.folder, 'a.txt'), 'utf8')).toBe('first');
    expect(readFileSync(join(app, 'a.txt'), 'utf8')).toBe('second');
    expect(git('branch', '--show-current')).toBe('main');
  });

  it('begins as far below the root as the folder that it was called in', async () => {
    expect((await makePlace(join(app, 'packages/web'), undefined, 'below-1', first)).folder).toBe(
      join(desk, 'app-below-1/packages/web'),
    );
  });

  it('is at what is checked out where there is no snapshot', async () => {
    const { folder } = await makePlace(app, undefined, 'head-1', null);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('second');
  });

  it('is an empty folder where the repository does not know the commit, and where there is none', async () => {
    const unknown = await makePlace(app, undefined, 'unknown-1', '0'.repeat(40));
    expect([unknown.folder, unknown.gitBranch]).toEqual([join(desk, 'app-unknown-1'), undefined]);
    expect((await makePlace(app, undefined, 'option-1', '--help')).gitBranch).toBeUndefined();
    const plain = join(desk, 'plain');
    mkdirSync(plain);
    const place = await makePlace(plain, undefined, 'x-1', first);
    expect([place.folder, place.gitBranch]).toEqual([join(desk, 'plain-x-1'), undefined]);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('is where somebody says, if nothing is there', async () => {
    expect((await makePlace(app, join(desk, 'some/where'), 'wanted-1', first)).folder).toBe(join(desk, 'some/where'));
    expect(() => requireFree(app)).toThrow('is not empty');
    expect(() => requireFree(join(app, 'a.txt'))).toThrow('is no folder');
    await expect(makePlace(app, app, 'full-1', first)).rejects.toThrow('is not empty');
    expect(git('branch', '--list', 'flightdeck/full-1')).toBe('');
  });

  it('says what git says where that refuses', async () => {
    await expect(makePlace(app, join(desk, 'again'), 'mutex-1', first)).rejects.toThrow(/git worktree add failed: .*mutex-1/s);
  });

  it('can be taken away again, with all that is in it by then, and made anew', async () => {
    for (const from of [app, join(app, 'packages/web')]) {
      const place = await makePlace(from, undefined, 'again-1', first);
      writeFileSync(join(place.folder, 'half restored'), 'x');
      expect(place.unmake()).toBe(true);
      expect(existsSync(join(desk, 'app-again-1'))).toBe(false);
      expect(git('branch', '--list', 'flightdeck/again-1')).toBe('');
      expect(git('worktree', 'list')).not.toContain('again-1');
    }
  });

  it('leaves a folder that was there as it was', async () => {
    for (const commit of [first, undefined]) {
      const folder = join(desk, 'given');
      mkdirSync(folder, { recursive: true });
      const place = await makePlace(app, folder, 'given-1', commit);
      writeFileSync(join(folder, 'half restored'), 'x');
      expect(place.unmake()).toBe(true);
      expect(readdirSync(folder)).toEqual([]);
    }
    expect(git('branch', '--list', 'flightdeck/given-1')).toBe('');
  });

  it('leaves nothing where a hook of the repository fails, and no branch of another harmed', async () => {
    const hook = join(app, '.git/hooks/post-checkout');
    writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await expect(makePlace(app, undefined, 'hook-1', first)).rejects.toThrow('git worktree add failed');
    rmSync(hook);
    expect(existsSync(join(desk, 'app-hook-1'))).toBe(false);
    expect(git('branch', '--list', 'flightdeck/hook-1')).toBe('');
    await expect(makePlace(app, join(desk, 'again'), 'mutex-1', first)).rejects.toThrow('git worktree add failed');
    expect(git('branch', '--list', 'flightdeck/mutex-1')).toContain('flightdeck/mutex-1');
  });

  it('is ended while git makes it, with what git has started, and nothing is left', async () => {
    const hook = join(app, '.git/hooks/post-checkout');
    writeFileSync(hook, `#!/bin/sh\ntouch '${join(desk, 'begun')}'\nsleep 600\n`, { mode: 0o755 });
    const stopped = new AbortController();
    const making = makePlace(app, undefined, 'slow-1', first, stopped.signal);
    await vi.waitUntil(() => existsSync(join(desk, 'begun')));
    stopped.abort();
    await expect(making).rejects.toThrow('git worktree add failed: it was stopped');
    rmSync(hook);
    expect(existsSync(join(desk, 'app-slow-1'))).toBe(false);
    expect(git('branch', '--list', 'flightdeck/slow-1')).toBe('');
    expect(git('worktree', 'list')).not.toContain('slow-1');
  });
});
