import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endOutage, noteOutage, readOutage } from '../../cli/hook/outage.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

const nowMs = Date.parse('2026-11-21T08:00:00.000Z');

it('is known for five seconds, and longer only if somebody finds it again', () => {
  const root = join(temporaryFolder(), 'new');
  expect(readOutage(root, nowMs)).toBeNull();
  noteOutage(root, 'HTTP 500', nowMs);
  expect(readOutage(root, nowMs + 4999)).toMatchObject({ reason: 'HTTP 500', sinceMs: nowMs });
  expect(readOutage(root, nowMs + 5000)).toBeNull();
  noteOutage(root, 'no answer in time', nowMs + 4000);
  expect(readOutage(root, nowMs + 8000)).toMatchObject({ reason: 'no answer in time', sinceMs: nowMs });
});

it('is known, too, to a hook that began just before somebody prolonged it', () => {
  const root = temporaryFolder();
  noteOutage(root, 'HTTP 500', nowMs + 300);
  expect(readOutage(root, nowMs)).toMatchObject({ reason: 'HTTP 500' });
});

it('ends when the server answers, once or twice', () => {
  const root = temporaryFolder();
  noteOutage(root, 'HTTP 500', nowMs);
  endOutage(root);
  endOutage(root);
  expect(readOutage(root, nowMs)).toBeNull();
  expect(readdirSync(root)).toEqual([]);
});

it('is no outage of hours when the clock is set back', () => {
  const root = temporaryFolder();
  noteOutage(root, 'HTTP 500', nowMs);
  expect(readOutage(root, nowMs - 3600_000)).toBeNull();
});

it('is none where the note is broken', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'outage.json'), '{"untilMs":');
  expect(readOutage(root, nowMs)).toBeNull();
});
