import { describe, expect, test } from 'vitest';
import { fileName, sharedFiles, sharedWords } from '../../../web/models/session/session-collisions.ts';
import { controlWords } from '../../../web/models/session/session-control.ts';
import type { FileCollision } from '../../../wire/session.ts';

const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const met = (path: string, sessionId: string, minutes = 10): FileCollision => ({
  path,
  sessionId,
  title: `Work of ${sessionId}`,
  until: new Date(nowMs + minutes * 60_000).toISOString(),
});

describe('the files that sessions share', () => {
  test('are listed with everybody who edits them, the last found first', () => {
    const collisions = [met('src/a.ts', 'ses_b'), met('src/b.ts', 'ses_b'), met('src/a.ts', 'ses_c')];
    const files = sharedFiles({ collisions }, nowMs);
    expect(files.map(({ path, others }) => [path, others.map(({ sessionId }) => sessionId)])).toEqual([
      ['src/a.ts', ['ses_c', 'ses_b']],
      ['src/b.ts', ['ses_b']],
    ]);
    expect(sharedWords(files)).toBe('3 sessions edit the same 2 files');
    expect(sharedWords(files.slice(1))).toBe('2 sessions edit src/b.ts');
    expect(fileName('src/b.ts')).toBe('b.ts');
  });

  test('are shared until the window passes', () => {
    expect(sharedFiles({ collisions: [met('a.ts', 'ses_b', 1)] }, nowMs + 60_000)).toEqual([]);
    expect(sharedFiles({}, nowMs)).toEqual([]);
  });

  test('have a line in the timeline that names the other session where it has a title', () => {
    expect(controlWords({ action: 'collided', path: 'a.ts', otherTitle: 'Rename it' })).toBe('“Rename it” edits a.ts, too');
    expect(controlWords({ action: 'collided', path: 'a.ts' })).toBe('Another session edits a.ts, too');
  });
});
