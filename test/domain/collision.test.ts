import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import type { Rule } from '../../wire/rule.ts';
import { collisionNote, metIn, watchedFiles, without } from '../../worker/domain/collision.ts';
import { summaryOf } from '../../worker/domain/session-state.ts';
import { draft, SessionRun, start } from './session-run.ts';

const bea = { sessionId: 'ses_bea', title: 'Fix the login race', path: 'src/login.ts' };

function met(run: SessionRun, other = bea): boolean {
  const note = collisionNote(run.state, other, run.nowMs);
  if (note) run.post(draft('control', { hook: 'flightdeck', control: note.control, text: note.text }));
  return note !== undefined;
}

const rule = (changes: Partial<Rule> = {}): Rule => ({
  id: 'rul_1',
  name: 'No two in one file',
  projectId: null,
  on: 'call',
  action: 'ask',
  waitSeconds: 240,
  unanswered: 'deny',
  createdAt: '2026-11-21T12:00:00.000Z',
  collision: true,
  ...changes,
});

describe('a collision', () => {
  it('is noted once a session, file and window, and names the other session', () => {
    const run = new SessionRun();
    expect(met(run)).toBe(true);
    expect(run.events.at(-1)).toMatchObject({
      type: 'control',
      text: '“Fix the login race” edits src/login.ts, too',
      control: { action: 'collided', path: 'src/login.ts', otherSessionId: 'ses_bea', otherTitle: 'Fix the login race' },
    });
    expect(met(run)).toBe(false);
    expect(met(run, { ...bea, path: 'src/other.ts' })).toBe(true);
    run.nowMs += limits.collisionWindowMs;
    expect(met(run)).toBe(true);
  });

  it('changes neither the session’s title nor its status nor what it is said to do', () => {
    const run = new SessionRun();
    run.post(draft('prompt', { text: 'My own work' }), start('t1', 'Edit', { input: { file_path: 'src/login.ts' } }));
    met(run);
    expect(run.state).toMatchObject({ title: 'My own work', status: 'running', activity: 'editing login.ts' });
  });

  it('marks the session until its window passes or one of the two is over', () => {
    const run = new SessionRun();
    met(run);
    expect(summaryOf(run.state).collisions).toMatchObject([{ path: 'src/login.ts', sessionId: 'ses_bea' }]);
    expect(without(run.state.collisions, 'ses_bea')).toEqual([]);
    expect(without(run.state.collisions, 'ses_cid')).toBe(run.state.collisions);
    run.nowMs += limits.collisionWindowMs;
    run.post(draft('notification'));
    expect(summaryOf(run.state).collisions).toBeUndefined();
    met(run);
    run.post(draft('session.ended'));
    expect(summaryOf(run.state).collisions).toBeUndefined();
  });

  it('lists no more than the newest', () => {
    const run = new SessionRun();
    for (let index = 0; index < limits.maxCollisions + 5; index += 1) met(run, { ...bea, path: `${index}.ts` });
    expect(run.state.collisions).toHaveLength(limits.maxCollisions);
    expect(run.state.collisions.at(-1)?.path).toBe(`${limits.maxCollisions + 4}.ts`);
  });
});

describe('the radar is asked', () => {
  const place = new SessionRun().state;
  const facts = { cwd: '/home/ann/web', repository: 'github.com/acme/web' };
  const edit = start('t1', 'Edit', { input: { file_path: 'a.ts' }, facts });
  const file = 'github.com/acme/web\na.ts';

  it('only where a rule wants to know, and before what it may hold', () => {
    expect(watchedFiles(place, [edit], [rule()])).toEqual([file]);
    expect(watchedFiles(place, [edit], [])).toEqual([]);
    expect(watchedFiles(place, [edit], [rule({ collision: false })])).toEqual([]);
    expect(watchedFiles(place, [edit], [rule({ on: 'permission' })])).toEqual([]);
    expect(watchedFiles(place, [{ ...edit, type: 'permission.requested' }], [rule({ on: 'permission' })])).toEqual([file]);
    expect(
      watchedFiles(
        place,
        [
          { ...edit, late: true },
          { ...edit, type: 'tool.finished' },
        ],
        [rule()],
      ),
    ).toEqual([]);
  });

  it('only about calls that the rule’s other conditions do not let pass', () => {
    expect(watchedFiles(place, [edit], [rule({ tool: 'Edit', path: '*.ts', aboveMicroUsd: 5_000_000 })])).toEqual([file]);
    expect(watchedFiles(place, [edit], [rule({ tool: 'Write' }), rule({ path: 'infra/*' }), rule({ command: '*' })])).toEqual([]);
  });

  it('about the call’s own files', () => {
    const touch = { file, sessionId: 'ses_bea', title: '' };
    expect(metIn(place, edit, [touch])).toBe(touch);
    expect(metIn(place, start('t2', 'Edit', { input: { file_path: 'b.ts' }, facts }), [touch])).toBeUndefined();
    expect(metIn(place, edit, [])).toBeUndefined();
  });
});
