import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { Ingest } from '../../worker/domain/ingest.ts';
import { newSession, type SessionState } from '../../worker/domain/session-state.ts';
import { take } from '../../worker/domain/take.ts';
import { bytesOf } from '../../worker/rooms/session/log-rows.ts';
import { SessionLog } from '../../worker/rooms/session/session-log.ts';
import { RoomDisk } from './room-disk.ts';

const owner = { organizationId: 'o', sessionId: 'ses_log', externalId: 'x', agent: 'tester', projectId: 'p', userId: 'u' };
const nowMs = Date.UTC(2026, 10, 21);
/** UTF-16 units that fit a piece: each may take three bytes of a row. */
const pieceLength = Math.floor(limits.maxRowBytes / 3);

/** A log with its state, fed as the room feeds it. */
class Book {
  readonly disk = new RoomDisk();
  log = new SessionLog(this.disk);
  state: SessionState = newSession(owner, nowMs);

  constructor() {
    this.log.create(this.checkpoint);
  }

  get checkpoint() {
    return { state: this.state, flushedSeq: 0, flushedRefusedCount: 0, archivedSeq: 0, segments: [] };
  }

  post(...texts: string[]): void {
    this.ingest({ owner, drafts: texts.map((text) => ({ type: 'message', hook: 'message', text })) });
  }

  ingest(input: Ingest): void {
    const taken = take(this.state, this.log, input, nowMs);
    if (!taken.ok) throw new Error(taken.code);
    const storedBytes = taken.state.storedBytes + bytesOf(this.log.append(taken.record));
    this.state = { ...taken.state, storedBytes };
  }

  /** Every text after `after`, page by page. */
  texts(after: number, limit: number, maxBytes: number): string[] {
    const found: string[] = [];
    for (let at = after; ; ) {
      const page = this.log.read(at, limit, maxBytes);
      if (page.texts.length === 0) return found;
      const events = JSON.parse(`[${page.texts.join(',')}]`) as SessionEvent[];
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => at + 1 + index));
      expect(events.length).toBeLessThanOrEqual(limit);
      expect(page.lastSeq).toBe(events.at(-1)?.seq);
      found.push(...events.map(({ text }) => text ?? ''));
      at = page.lastSeq;
    }
  }

  reopen(): SessionState | undefined {
    this.log = new SessionLog(this.disk);
    return this.log.open()?.state;
  }
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a record over a row’s size', () => {
  it('survives whole wherever the cuts fall among surrogate pairs', () => {
    const pair = '🛰';
    for (const shift of [0, 1, 2, 3]) {
      const book = new Book();
      const text = `${'x'.repeat(shift)}${pair.repeat(pieceLength)}`;
      book.post(text);
      expect(book.texts(0, 10, 1)[0] === text).toBe(true);
      const pieces = book.disk.sql.exec('SELECT text FROM piece ORDER BY id').toArray();
      expect(pieces.length).toBeGreaterThan(2);
      for (const piece of pieces) {
        expect(String(piece.text).isWellFormed()).toBe(true);
        expect(Buffer.byteLength(String(piece.text))).toBeLessThanOrEqual(limits.maxRowBytes);
      }
    }
  });

  it('survives with three bytes to each unit and a lone surrogate', () => {
    const book = new Book();
    const text = `${'漢'.repeat(pieceLength)}\ud800${'漢'.repeat(10)}`;
    book.post(text);
    expect(book.texts(0, 1, 1)[0] === text).toBe(true);
  });

  it('may have sixteen megabytes, among small ones, and pages find their way around it', () => {
    const book = new Book();
    const large = 'y'.repeat(limits.maxHookBytes);
    book.post('a', 'b');
    book.post('c');
    book.post(large);
    book.post('d', 'e');
    for (const [limit, maxBytes] of [
      [1, 1],
      [2, 100],
      [1000, limits.maxPageBytes],
    ] as const) {
      const texts = book.texts(0, limit, maxBytes);
      expect(texts.map((text) => (text.length > 10 ? text.length : text))).toEqual(['a', 'b', 'c', large.length, 'd', 'e']);
    }
    expect(book.texts(1, 1, 1)[0]).toBe('b');
    expect(book.log.read(0, 1000, limits.maxPageBytes)).toMatchObject({ lastSeq: 3 });
    expect(book.log.read(3, 1000, limits.maxPageBytes)).toMatchObject({ lastSeq: 4 });
    expect(book.log.read(4, 1000, limits.maxPageBytes)).toMatchObject({ lastSeq: 6 });
    // What is replayed starts after what does not fit.
    expect(book.log.tailFrom(0, limits.maxReplayBytes)).toBe(5);
    expect(book.log.tailFrom(0, Number.MAX_SAFE_INTEGER)).toBe(1);
    expect(book.log.tailFrom(6, limits.maxReplayBytes)).toBeGreaterThan(6);
    expect(json(book.reopen())).toEqual(json(book.state));
  });

  it('leaves nothing behind when storing it fails in the middle, and the next one takes its place', () => {
    const book = new Book();
    const { exec } = book.disk.sql;
    let left = 2;
    book.disk.sql.exec = (query, ...bindings) => {
      if (query.startsWith('INSERT INTO piece') && left-- <= 0) throw new Error('disk full');
      return exec(query, ...bindings);
    };
    const large = 'z'.repeat(4 * pieceLength);
    expect(() => book.post(large)).toThrow('disk full');
    expect(book.state.lastSeq).toBe(0);
    left = 100;
    book.post(large);
    expect(book.texts(0, 10, 1)[0] === large).toBe(true);
  });

  it('goes as a whole when the archive has it', () => {
    const book = new Book();
    book.post('x'.repeat(2 * pieceLength));
    book.post('after');
    book.log.drop({ ...book.checkpoint, archivedSeq: 1 });
    expect(book.disk.sql.exec('SELECT count(*) AS n FROM piece').toArray()).toEqual([{ n: 0 }]);
    expect(book.texts(1, 10, 100)).toEqual(['after']);
  });
});

describe('a page', () => {
  const batches = fc.array(fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 8,
  });

  it('starts and ends anywhere, inside a record, too', () => {
    fc.assert(
      fc.property(
        batches,
        fc.nat({ max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 900 }),
        (posts, after, limit, bytes) => {
          const book = new Book();
          for (const texts of posts) book.post(...texts);
          expect(book.texts(after, limit, bytes + 1)).toEqual(posts.flat().slice(after));
          book.disk.close();
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('replays at most so many bytes, by whole records from the end', () => {
    const book = new Book();
    for (let index = 0; index < 10; index += 1) book.post(`text ${index}`);
    const size = book.log.read(9, 1, 1000).bytes;
    expect(book.log.tailFrom(0, size * 3 + 5)).toBe(8);
    expect(book.log.tailFrom(9, size * 3 + 5)).toBe(10);
    expect(book.log.tailFrom(10, size)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a checkpoint', () => {
  it('that outgrows a row comes back whole, and shrinks again', () => {
    const book = new Book();
    const above = Array.from({ length: limits.maxStreamAhead }, (_, index) => 1_000_000_000_000 + 2 * index);
    const names = Array.from({ length: 300 }, (_, index) => `${'漢'.repeat(200)}${index}`);
    book.post('streams come and go');
    book.state = {
      ...book.state,
      streams: Object.fromEntries(names.map((name) => [name, { mark: 0, above }])),
      streamOrder: names,
    };
    book.log.save(book.checkpoint);
    expect(Buffer.byteLength(JSON.stringify(book.state))).toBeGreaterThan(2_000_000);
    expect(json(book.reopen())).toEqual(json(book.state));

    book.state = { ...book.state, streams: {}, streamOrder: [] };
    book.log.save(book.checkpoint);
    expect(json(book.reopen())).toEqual(json(book.state));
    expect(book.disk.sql.exec('SELECT count(*) AS n FROM meta').toArray()).toEqual([{ n: 1 }]);
  });

  it('of facts that a hostile batch changes with every event stays within a row', () => {
    const book = new Book();
    const drafts = Array.from({ length: limits.maxBatchEvents }, (_, index) => {
      const word = '漢'.repeat(2000);
      const facts = { cwd: `${index}${word}`, model: `${index}${word}`, repository: `${index}${word}`, title: `${index}${word}` };
      return { type: 'other' as const, hook: 'x', facts };
    });
    book.ingest({ owner, drafts });
    expect(json(book.reopen())).toEqual(json(book.state));
    expect(book.state.cwd).toHaveLength(limits.maxFactLength);
  });
});

describe('a session that is deleted', () => {
  it('leaves no part of an import that was on its way to take its place', () => {
    const book = new Book();
    book.post('to be replaced');
    book.log.staging.keep('imp_1', 0, [{ first: 1, last: 1, events: '{"seq":1}' }], nowMs);
    book.log.bury('{}');
    expect(book.log.staging.importId).toBeUndefined();
    const left = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'staged%'";
    expect(book.disk.sql.exec(left).toArray()).toEqual([]);
    book.reopen();
    expect([book.log.tombstone(), book.log.staging.importId]).toEqual(['{}', undefined]);
  });
});

describe('a room that never had an event', () => {
  it('is asked without a table being made', () => {
    const disk = new RoomDisk();
    const log = new SessionLog(disk);
    expect([log.open(), log.has('key'), log.hasPost('post'), log.tombstone()]).toEqual([null, false, false, undefined]);
    expect(disk.sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
  });
});
