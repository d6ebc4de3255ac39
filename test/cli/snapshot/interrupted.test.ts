import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { beginJournal, commitJournal, endJournal } from '../../../cli/snapshot/journal.ts';
import { mend } from '../../../cli/snapshot/mend.ts';
import { doSteps, type Step } from '../../../cli/snapshot/steps.ts';
import { statsOf } from '../../../cli/snapshot/workspace.ts';
import { Desk } from './desk.ts';
import { picture } from './picture.ts';
import { StandIn } from './stand-in.ts';

let server: StandIn;
beforeAll(async () => {
  server = await StandIn.open();
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});

const marks = (desk: Desk, path: string) => {
  const stats = statsOf(join(desk.folder, path));
  if (!stats) throw new Error(`There is no ${path}.`);
  const { ino, size, mtimeMs, ctimeMs } = stats;
  return { ino, size, mtimeMs, ctimeMs };
};

/** A folder whose restore is ready to be carried out: a file to change, some to delete, some to add, a file and a folder that change places. */
function prepared() {
  const desk = new Desk(server);
  vi.stubEnv('XDG_STATE_HOME', join(desk.home, 'state'));
  desk.write({ change: 'old', 'gone/deep/a': 'old', turn: 'a file', 'swap/inside': 'old', mode: 'same', stays: 'mine' });
  const journal = { ...beginJournal(desk.folder), pid: 2 ** 30 };
  desk.write({ 0: 'new', 1: 'new', 2: 'now in a folder', 3: 'now a file' }, join(desk.folder, journal.staging));
  const steps: Step[] = [
    { type: 'put', path: 'change', staged: '0', old: marks(desk, 'change') },
    { type: 'put', path: 'added/deep/b', staged: '1' },
    { type: 'delete', path: 'gone/deep/a', old: marks(desk, 'gone/deep/a') },
    { type: 'delete', path: 'turn', old: marks(desk, 'turn') },
    { type: 'put', path: 'turn/inside', staged: '2' },
    { type: 'delete', path: 'swap/inside', old: marks(desk, 'swap/inside') },
    { type: 'put', path: 'swap', staged: '3' },
    { type: 'mode', path: 'mode', mode: 0o600, old: marks(desk, 'mode') },
  ];
  return { desk, journal, steps };
}

const contents = (desk: Desk) =>
  Object.fromEntries(
    Object.keys(picture(desk.folder))
      .filter((path) => !path.endsWith('/'))
      .map((path) => [path, readFileSync(join(desk.folder, path), 'utf8')]),
  );

const wanted = {
  ...{ change: 'new', 'added/deep/b': 'new', 'turn/inside': 'now in a folder', swap: 'now a file', mode: 'same', stays: 'mine' },
};

describe('a restore that was interrupted', () => {
  it.each(Array.from({ length: 9 }, (_, done) => done))('is finished by the next run when %i of its steps were done', (done) => {
    const { desk, journal, steps } = prepared();
    commitJournal({ ...journal, steps, undoId: 'snp_9' });
    // In the order in which they are done.
    const order = ['delete', 'put', 'mode'].flatMap((type) => steps.filter((step) => step.type === type));
    expect(doSteps(desk.folder, journal.staging, order.slice(0, done))).toEqual([]);
    expect(mend(desk.folder)).toEqual([
      'A restore that was interrupted has been finished.',
      'What was there before: flightdeck restore snp_9',
    ]);
    expect(contents(desk)).toEqual(wanted);
    expect(Object.keys(picture(desk.folder)).filter((path) => path.startsWith('gone'))).toEqual([]);
    expect(mend(desk.folder), 'there is nothing left to mend').toEqual([]);
  });

  it('before its first step has changed nothing, and what it had gathered goes', () => {
    const { desk, journal } = prepared();
    const { [`${journal.staging}/`]: _, ...before } = picture(desk.folder);
    commitJournal(journal);
    expect(mend(desk.folder)).toEqual(['A restore was interrupted before it changed anything.']);
    const untouched = Object.fromEntries(Object.entries(before).filter(([path]) => !path.startsWith(journal.staging)));
    expect(picture(desk.folder)).toEqual(untouched);
  });

  it('does not overwrite what somebody has written since', () => {
    const { desk, journal, steps } = prepared();
    commitJournal({ ...journal, steps, undoId: 'snp_9' });
    desk.write({ change: 'written since', 'gone/deep/a': 'written since, too' });
    expect(mend(desk.folder).slice(1, 3)).toEqual([
      'gone/deep/a was changed while this restore was under way; it stays as it is.',
      'change was changed while this restore was under way; it stays as it is.',
    ]);
    expect(contents(desk)).toEqual({ ...wanted, change: 'written since', 'gone/deep/a': 'written since, too' });
  });

  it('does not follow a link that somebody has put in its way', () => {
    const { desk, journal, steps } = prepared();
    desk.write({ a: 'theirs' }, join(desk.home, 'outside/deep'));
    rmSync(join(desk.folder, 'gone'), { recursive: true });
    desk.link('gone', join(desk.home, 'outside'));
    desk.link('added', join(desk.home, 'outside'));
    commitJournal({ ...journal, steps, undoId: 'snp_9' });
    expect(mend(desk.folder).join('\n')).toContain('added/deep/b could not be restored');
    expect(picture(join(desk.home, 'outside'))).toEqual({ 'deep/': 'folder', 'deep/a': expect.any(String) });
  });

  it('goes on past what cannot be done, and says so', () => {
    const { desk, journal, steps } = prepared();
    writeFileSync(join(desk.folder, 'added'), 'a file where a folder belongs');
    expect(doSteps(desk.folder, journal.staging, steps)).toEqual([
      expect.stringContaining('added/deep/b could not be restored (added is no folder)'),
    ]);
    endJournal(journal);
    expect(existsSync(join(desk.folder, journal.staging))).toBe(false);
  });

  it('that is still at work is left alone', () => {
    const { desk, journal } = prepared();
    // A process that lives, and has said so just now.
    commitJournal({ ...journal, pid: process.ppid });
    expect(() => mend(desk.folder)).toThrow('A restore of');
    expect(() => beginJournal(desk.folder)).toThrow('is under way');
  });
});
