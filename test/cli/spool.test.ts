import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sendable } from '../../cli/hook/delivery.ts';
import { maxBacklogBytes, Spool } from '../../cli/hook/spool.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

let count = 0;
const hook = (bytes = 10, more: object = {}) => ({
  id: `h${++count}`,
  at: '2026-11-21T08:00:00.000Z',
  ...more,
  hook: { session_id: 's', hook_event_name: 'MessageDisplay', delta: 'x'.repeat(bytes) },
});
const acknowledgeAll = (spool: Spool) => {
  for (const segment of spool.segments()) {
    const last = segment.pending(Number.POSITIVE_INFINITY).at(-1);
    if (last) segment.acknowledge({ offset: last.endOffset, n: last.n });
  }
};

describe('the spool of a session', () => {
  it('begins a new segment, which is a new stream, when one has grown', () => {
    const spool = Spool.of(temporaryFolder(), 'session');
    for (let index = 0; index < 5; index++) spool.append(hook(3_000_000));
    const segments = spool.segments();
    expect(segments.map((segment) => segment.pending(Number.POSITIVE_INFINITY).length)).toEqual([3, 2]);
    expect(new Set(segments.map(({ stream }) => stream)).size).toBe(2);
  });

  it('keeps the oldest hooks, and counts what it has no room for', () => {
    const spool = Spool.of(temporaryFolder(), 'session');
    const size = 4_000_000;
    const fitting = Math.ceil(maxBacklogBytes / (size + 150));
    for (let index = 0; index < fitting + 2; index++) spool.append(hook(size));
    expect(spool.droppedCount()).toBe(2);
    expect(spool.backlogBytes()).toBeLessThan(maxBacklogBytes + size + 1000);
    expect(spool.segments()[0]?.pending(1)[0]?.n).toBe(1);
    acknowledgeAll(spool);
    expect(spool.append(hook())).not.toBeNull();
  });

  it('is below its root whatever the session calls itself', () => {
    for (const name of ['../../etc', 'a/b', '.', '..', 'x'.repeat(200), 'ü', 'C:\\con']) {
      const root = temporaryFolder();
      Spool.of(root, name).append(hook());
      expect(readdirSync(root)).toEqual([expect.stringMatching(/^h\.[0-9a-f]{40}$/)]);
    }
  });

  it('can be read by its owner alone', () => {
    const root = temporaryFolder();
    const spool = Spool.of(root, 'session');
    spool.append(hook());
    expect(statSync(spool.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(spool.folder, '1.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('goes when everything is acknowledged and nobody can be writing any more', () => {
    const root = temporaryFolder();
    const spool = Spool.of(root, 'session');
    spool.append(hook());
    const longAgo = new Date(Date.now() - 48 * 3600_000);
    const age = () => utimesSync(join(spool.folder, '1.ndjson'), longAgo, longAgo);
    age();
    spool.tidy(Date.now());
    expect(spool.isEmpty(), 'unsent hooks stay').toBe(false);
    acknowledgeAll(spool);
    age();
    spool.tidy(Date.now());
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('what the flusher may send', () => {
  const nowMs = Date.parse('2026-11-21T08:00:00.000Z');

  it('ends before a question that its own process still asks', () => {
    const spool = Spool.of(temporaryFolder(), 'session');
    spool.append(hook());
    spool.append(hook(10, { untilMs: nowMs + 2000 }));
    const segment = spool.append(hook());
    if (!segment) throw new Error('There is room.');
    expect(sendable(segment, nowMs).map(({ n }) => n)).toEqual([1]);
    expect(sendable(segment, nowMs + 2000).map(({ n }) => n)).toEqual([1, 2, 3]);
  });
});
