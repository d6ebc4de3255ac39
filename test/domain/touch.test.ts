import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { filesOf, newTouches, pathOf, rootOf, type Workplace } from '../../worker/domain/touch.ts';
import { draft, finish, SessionRun, start } from './session-run.ts';

const repository = 'github.com/acme/web';
const place = (changes: Partial<Workplace> = {}): Workplace => ({
  cwd: '/home/ann/web',
  root: '/home/ann/web',
  repository,
  owner: { userId: 'usr_1' },
  ...changes,
});
const edit = (path: string) => ({ tool: 'Edit', input: { file_path: path } });

describe('the radar’s name of a file', () => {
  it('is the same in every clone and worktree of a repository, and from every folder of it', () => {
    const same = [
      filesOf(place(), edit('/home/ann/web/packages/ui/a.ts')),
      filesOf(place({ cwd: '/home/ann/web/packages/ui' }), edit('a.ts')),
      filesOf(
        place({ cwd: '/srv/bob/feature', root: '/srv/bob/feature', owner: { userId: 'usr_2' } }),
        edit('./packages/ui/a.ts'),
      ),
      filesOf(place({ cwd: 'C:\\code\\web', root: 'C:/code/web' }), edit('C:\\code\\web\\packages\\ui\\a.ts')),
    ];
    for (const files of same) expect(files).toEqual([`${repository}\npackages/ui/a.ts`]);
    expect(pathOf(same[0]?.[0] ?? '')).toBe('packages/ui/a.ts');
  });

  it('outside of a repository is the person’s alone', () => {
    const [outside] = filesOf(place(), edit('/etc/hosts'));
    expect(outside).toBe('usr_1\n/etc/hosts');
    expect(filesOf(place({ repository: null, owner: { userId: 'usr_2' } }), edit('/etc/hosts'))).toEqual(['usr_2\n/etc/hosts']);
    expect(filesOf(place({ cwd: null, root: null, repository: null }), edit('a.ts'))).toEqual([]);
  });

  it('differs where the repository or the path does', () => {
    const paths = fc.constantFrom('a.ts', 'b.ts', 'src/a.ts', 'src/b.ts');
    const repositories = fc.constantFrom('github.com/acme/web', 'github.com/acme/api');
    fc.assert(
      fc.property(paths, paths, repositories, repositories, (one, other, here, there) => {
        const first = filesOf(place({ repository: here }), edit(one))[0];
        const second = filesOf(place({ repository: there, cwd: '/x', root: '/x' }), edit(`/x/${other}`))[0];
        expect(first === second).toBe(one === other && here === there);
      }),
    );
  });

  it('of a read, a command or a path without end is none; of a large patch only the first are named', () => {
    expect(filesOf(place(), { tool: 'Read', input: { file_path: 'a.ts' } })).toEqual([]);
    expect(filesOf(place(), { tool: 'Bash', input: { command: 'rm a.ts' } })).toEqual([]);
    expect(filesOf(place(), edit('x/'.repeat(2000)))).toEqual([]);
    const patch = Array.from({ length: 10_000 }, (_, index) => `*** Add File: ${index}.ts`).join('\n');
    expect(filesOf(place(), { tool: 'apply_patch', input: { command: patch } })).toHaveLength(limits.maxTouchesPerCall);
  });

  it('counts from the root that a hook in a subfolder tells', () => {
    expect(rootOf('/home/ann/web/packages/ui', './packages/ui/')).toBe('/home/ann/web');
    expect(rootOf('/home/ann/web', './')).toBe('/home/ann/web');
    expect(rootOf('/packages', './packages/')).toBe('/');
    expect(rootOf('/private/web/ui', './packages/ui/')).toBeUndefined();
  });
});

describe('the touches of a session', () => {
  const facts = { cwd: '/home/ann/web', repository };
  const file = `${repository}\na.ts`;
  const call = (id: string, rest: Partial<Draft> = {}) => start(id, 'Edit', { input: { file_path: 'a.ts' }, ...rest });
  const begun = () => {
    const run = new SessionRun();
    run.post(draft('session.started', { facts }));
    return run;
  };

  it('are told once in five minutes', () => {
    const run = begun();
    const told: number[] = [];
    for (let index = 0; index < 400; index += 1) {
      const before = run.state;
      run.post(call(`t${index}`), finish(`t${index}`, 'Edit', { input: { file_path: 'a.ts' } }));
      if (newTouches(before, run.state).length > 0) told.push(run.nowMs);
    }
    expect(told).toHaveLength(2);
    expect((told[1] ?? 0) - (told[0] ?? 0)).toBe(limits.touchRepeatMs);
  });

  it('are none where the call came out of a spool hours later, and gone when the session is over', () => {
    const run = begun();
    run.post(call('t1', { at: new Date(run.nowMs - limits.collisionWindowMs - 60_000).toISOString() }));
    expect(run.state.touches).toEqual({});
    run.post(call('t2'));
    expect(Object.keys(run.state.touches)).toEqual([file]);
    run.post(draft('session.ended'));
    expect(run.state.touches).toEqual({});
    run.post(draft('session.started'), call('t3'));
    expect(Object.keys(run.state.touches)).toEqual([file]);
  });

  it('count from where the session began, wherever its agent goes, until a hook tells the root', () => {
    const run = begun();
    run.post(call('t1', { facts: { cwd: '/home/ann/web/src' } }));
    expect(Object.keys(run.state.touches)).toEqual([`${repository}\nsrc/a.ts`]);
    run.post(call('t2', { facts: { cwd: '/home/ann/web/src', root: '/home/ann' } }));
    expect(Object.keys(run.state.touches)).toContain(`${repository}\nweb/src/a.ts`);
  });

  it('stay few, however many files an agent writes', () => {
    const run = begun();
    for (let index = 0; index < 2 * limits.maxTouchesRemembered; index += 1)
      run.post(call(`t${index}`, { input: { file_path: `${index}.ts` }, at: new Date(run.nowMs).toISOString() }));
    expect(Object.keys(run.state.touches).length).toBeLessThanOrEqual(limits.maxTouchesRemembered);
  });
});
