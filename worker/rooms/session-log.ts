import { limits } from '../../wire/limits.ts';
import { evolve, type Mark } from '../domain/evolve.ts';
import { emptyPurse, type Purse } from '../domain/limits/purse.ts';
import { newSession, type Segment, type SessionState } from '../domain/session-state.ts';
import type { LogRecord } from '../domain/take.ts';

/** The part of Durable Object storage that the log needs; the simulation gives it another real SQLite. */
export interface LogStorage {
  sql: { exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] } };
  transactionSync<T>(closure: () => T): T;
}

/** What is saved at each flush. `flushed…` is what D1 holds, `archivedSeq` what R2 holds and the log no longer does. */
export interface Checkpoint {
  state: SessionState;
  flushedSeq: number;
  flushedRefusedCount: number;
  archivedSeq: number;
  segments: Segment[];
}

/** Consecutive events as JSON texts without brackets, ready to be joined by commas. */
export interface LogPage {
  texts: string[];
  bytes: number;
  /** The last seq read; `after` where nothing was. */
  lastSeq: number;
}

const logColumns =
  'first INTEGER PRIMARY KEY, last INTEGER NOT NULL, events TEXT NOT NULL, marks TEXT NOT NULL, pieces INTEGER NOT NULL';

/** Append only; a changed history refuses to start. */
const migrations = [
  {
    id: 1,
    sql: [
      // One row a POST, keyed by its first seq: rowid tables cost one row written, an index would cost another.
      `CREATE TABLE log (${logColumns})`,
      // A record over the platform's 2 MB row: piece i of the record that starts at `first` is row first * 4096 + i.
      'CREATE TABLE piece (id INTEGER PRIMARY KEY, text TEXT NOT NULL)',
      // Hashed keys of each flush; together with the marks of later log rows they are all keys ever stored.
      'CREATE TABLE seen (upto INTEGER PRIMARY KEY, keys TEXT NOT NULL)',
      'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
    ],
  },
];

const piecesPerRecord = 4096;
const maxRememberedPosts = 256;

/**
 * A session's log in SQLite and the keys it has seen. Every method is synchronous, so nothing happens between a check and its
 * write. `keys` is a cache of what the tables say, filled when first asked: reading an old session needs none of them.
 */
export class SessionLog {
  private keys: Set<string> | null = null;
  private freshKeys: string[] = [];
  private readonly posts = new Set<string>();
  private readonly storage: LogStorage;

  /** False in a room that never had an event: it has no tables, and asking for it must not make any. */
  private exists: boolean;

  constructor(storage: LogStorage) {
    this.storage = storage;
    this.exists = this.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").length > 0;
  }

  /** What the room knows; null where it has no session. */
  open(): Checkpoint | null {
    if (!this.exists) return null;
    this.migrate();
    const saved = this.savedCheckpoint();
    // The first event writes the checkpoint, and no other writer exists.
    const found = JSON.parse(saved ?? 'null') as (Checkpoint & { posts: string[] }) | null;
    if (!found) return null;
    const { posts, ...checkpoint } = found;
    for (const postId of posts) this.rememberPost(postId);
    // What a later version of the state knows beside is as in a new session.
    let state: SessionState = { ...newSession(checkpoint.state.owner, checkpoint.state.startedAtMs), ...checkpoint.state };
    for (const record of this.records(state.lastSeq)) {
      record.events.forEach((event, index) => {
        const mark = record.marks[index] ?? {};
        this.remember(mark);
        state = evolve(state, event, mark, record.stream);
      });
      this.rememberPost(record.postId);
    }
    return { ...checkpoint, state };
  }

  /** Whether an event with this (hashed) key was ever stored. */
  has(key: string): boolean {
    this.keys ??= this.savedKeys();
    return this.keys.has(key);
  }

  /** Whether this POST is in the log already; only the last few are remembered, because only a repeated call asks. */
  hasPost(postId: string | undefined): boolean {
    return postId !== undefined && this.posts.has(postId);
  }

  /** Keys that only the log rows hold yet; a save moves them to a row of their own. */
  get unsavedKeys(): number {
    return this.freshKeys.length;
  }

  /** Makes the tables and saves the state before the first event. */
  create(checkpoint: Checkpoint): void {
    this.migrate();
    this.saveCheckpoint(checkpoint);
  }

  /** Stores a record as one row (or, over a row's size, as pieces) and returns its events as JSON texts joined by commas. */
  append(record: LogRecord): string {
    const first = record.events[0]?.seq;
    const last = record.events.at(-1)?.seq;
    if (first === undefined || last === undefined) return '';
    const events = JSON.stringify(record.events).slice(1, -1);
    const marks = JSON.stringify({
      s: record.stream,
      p: record.postId,
      m: record.marks.map((mark) => (Object.keys(mark).length ? mark : 0)),
    });
    const pieces = piecesOf(events);
    const insert = (inRow: string) =>
      this.run(
        'INSERT INTO log (first, last, events, marks, pieces) VALUES (?, ?, ?, ?, ?)',
        first,
        last,
        inRow,
        marks,
        pieces.length,
      );
    if (pieces.length === 1) insert(events);
    else {
      // All or nothing: pieces without their row would stand in the way of the next record.
      this.storage.transactionSync(() => {
        pieces.forEach((text, index) => {
          this.run('INSERT INTO piece (id, text) VALUES (?, ?)', first * piecesPerRecord + index, text);
        });
        insert('');
      });
    }
    for (const mark of record.marks) this.remember(mark);
    this.rememberPost(record.postId);
    return events;
  }

  /** Saves what waking up needs, and the keys that are new since the last save: two rows, whatever happened between. */
  save(checkpoint: Checkpoint): void {
    this.storage.transactionSync(() => {
      this.saveCheckpoint(checkpoint);
      if (this.freshKeys.length === 0) return;
      // A save may be repeated for the same seq: the keys of both belong to it.
      this.run(
        "INSERT INTO seen (upto, keys) VALUES (?, ?) ON CONFLICT (upto) DO UPDATE SET keys = keys || ' ' || excluded.keys",
        checkpoint.state.lastSeq,
        this.freshKeys.join(' '),
      );
    });
    this.freshKeys = [];
  }

  /** Events after `after`, at most `limit` and `maxBytes` (UTF-16 units) of them, as they lie in the log; one record at least. */
  read(after: number, limit: number, maxBytes: number): LogPage {
    const page: LogPage = { texts: [], bytes: 0, lastSeq: after };
    let left = limit;
    while (left > 0 && page.bytes < maxBytes) {
      const row = this.rowFrom(page.lastSeq + 1);
      if (!row) break;
      const { text, count, last } = trimmed(row, page.lastSeq, left);
      if (count === 0 || (page.texts.length > 0 && page.bytes + text.length > maxBytes)) break;
      page.texts.push(text);
      page.bytes += text.length;
      page.lastSeq = last;
      left -= count;
    }
    return page;
  }

  /** The last `maxBytes` of the log: the first seq whose row fits. Rows are counted from the end, so that a long log costs no more. */
  tailFrom(after: number, maxBytes: number): number {
    let bytes = 0;
    let from = Number.MAX_SAFE_INTEGER;
    while (true) {
      const [row] = this.rows(
        'SELECT first, length(events) AS size, pieces FROM log WHERE first < ? AND last > ? ORDER BY first DESC LIMIT 1',
        from,
        after,
      );
      if (!row) return from;
      bytes += Number(row.pieces) > 1 ? Number(row.pieces) * limits.maxRowBytes : Number(row.size);
      if (bytes > maxBytes) return from;
      from = Number(row.first);
    }
  }

  /**
   * Removes what the archive holds and keeps the stub, in one transaction. A deleted row costs as much as a written one, so the
   * few rows that stay move to a new table, and the old one goes as a whole.
   */
  drop(checkpoint: Checkpoint): void {
    this.storage.transactionSync(() => {
      this.run('DELETE FROM piece WHERE id < ?', (checkpoint.archivedSeq + 1) * piecesPerRecord);
      this.run(`CREATE TABLE log_rest (${logColumns})`);
      this.run('INSERT INTO log_rest SELECT * FROM log WHERE last > ?', checkpoint.archivedSeq);
      this.run('DROP TABLE log');
      this.run('ALTER TABLE log_rest RENAME TO log');
      this.save(checkpoint);
    });
  }

  /** Forgets everything but that the session was deleted: late hooks must not make it anew. */
  bury(tombstone: string): void {
    this.storage.transactionSync(() => {
      for (const table of ['log', 'piece', 'seen', 'meta']) this.run(`DELETE FROM ${table}`);
      this.saveMeta('deleted', tombstone);
    });
    this.keys = null;
    this.freshKeys = [];
  }

  tombstone(): string | undefined {
    return this.exists ? this.meta('deleted') : undefined;
  }

  /** What the room knows of money beyond its session; null where it was never told. */
  purse(): Purse | null {
    const text = this.exists ? this.meta('purse') : undefined;
    // `savePurse` wrote it.
    return text === undefined ? null : { ...emptyPurse, ...(JSON.parse(text) as Purse) };
  }

  savePurse(purse: Purse): void {
    this.saveMeta('purse', JSON.stringify(purse));
  }

  private remember({ k }: Mark): void {
    if (k === undefined) return;
    this.keys?.add(k);
    this.freshKeys.push(k);
  }

  private rememberPost(postId: string | undefined): void {
    if (postId === undefined) return;
    this.posts.add(postId);
    const [oldest] = this.posts;
    if (this.posts.size > maxRememberedPosts && oldest !== undefined) this.posts.delete(oldest);
  }

  private savedKeys(): Set<string> {
    const keys = new Set(this.freshKeys);
    if (!this.exists) return keys;
    for (const row of this.rows('SELECT keys FROM seen')) {
      for (const key of String(row.keys).split(' ')) keys.add(key);
    }
    return keys;
  }

  private *records(after: number): Generator<LogRecord> {
    let from = after + 1;
    while (true) {
      const row = this.rowFrom(from);
      if (!row) return;
      const { s, p, m } = JSON.parse(row.marks) as { s?: string; p?: string; m: (Mark | 0)[] };
      yield { stream: s, postId: p, events: JSON.parse(`[${row.events}]`), marks: m.map((mark) => mark || {}) };
      from = row.last + 1;
    }
  }

  /** The row that holds `seq`, its pieces joined. */
  private rowFrom(seq: number): LogRow | undefined {
    const [row] = this.rows('SELECT * FROM log WHERE first <= ? ORDER BY first DESC LIMIT 1', seq);
    if (!row || Number(row.last) < seq) return this.rowAfter(seq);
    return this.whole(row);
  }

  /** What the archive took may leave `seq` before the first row. */
  private rowAfter(seq: number): LogRow | undefined {
    const [row] = this.rows('SELECT * FROM log WHERE first > ? ORDER BY first LIMIT 1', seq);
    return row && this.whole(row);
  }

  private whole(row: Record<string, unknown>): LogRow {
    const first = Number(row.first);
    const base = { first, last: Number(row.last), marks: String(row.marks) };
    const count = Number(row.pieces);
    if (count <= 1) return { ...base, events: String(row.events) };
    const start = first * piecesPerRecord;
    const pieces = this.rows('SELECT text FROM piece WHERE id >= ? AND id < ? ORDER BY id', start, start + count);
    return { ...base, events: pieces.map((piece) => String(piece.text)).join('') };
  }

  private migrate(): void {
    this.exists = true;
    this.run('CREATE TABLE IF NOT EXISTS migration (id INTEGER PRIMARY KEY)');
    const done = new Set(this.rows('SELECT id FROM migration').map((row) => Number(row.id)));
    for (const { id, sql } of migrations) {
      if (done.has(id)) continue;
      for (const statement of sql) this.run(statement);
      this.run('INSERT INTO migration (id) VALUES (?)', id);
    }
  }

  /** With the last POSTs: the rows that named them are before the checkpoint now, and an eviction may still bring a call back. */
  private saveCheckpoint(checkpoint: Checkpoint): void {
    const [first = '', ...more] = piecesOf(JSON.stringify({ ...checkpoint, posts: [...this.posts] }));
    this.saveMeta('checkpoint', first);
    // A session with hundreds of streams or open calls outgrows a row.
    this.run("DELETE FROM meta WHERE key > 'checkpoint+' AND key < 'checkpoint,'");
    more.forEach((text, index) => {
      this.saveMeta(`checkpoint+${String(index).padStart(4, '0')}`, text);
    });
  }

  private savedCheckpoint(): string | undefined {
    const first = this.meta('checkpoint');
    if (first === undefined) return undefined;
    const more = this.rows("SELECT value FROM meta WHERE key > 'checkpoint+' AND key < 'checkpoint,' ORDER BY key");
    return [first, ...more.map(({ value }) => String(value))].join('');
  }

  private meta(key: string): string | undefined {
    const [row] = this.rows('SELECT value FROM meta WHERE key = ?', key);
    return row && String(row.value);
  }

  private saveMeta(key: string, value: string): void {
    this.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value);
  }

  private rows(query: string, ...bindings: (string | number)[]): Record<string, unknown>[] {
    return this.storage.sql.exec(query, ...bindings).toArray();
  }

  private run(query: string, ...bindings: (string | number)[]): void {
    this.storage.sql.exec(query, ...bindings).toArray();
  }
}

interface LogRow {
  first: number;
  last: number;
  events: string;
  marks: string;
}

/** A row's part of a page: whole in the usual case, parsed only where the page starts or ends inside it. */
function trimmed(row: LogRow, after: number, left: number): { text: string; count: number; last: number } {
  const count = row.last - row.first + 1;
  if (row.first > after && count <= left) return { text: row.events, count, last: row.last };
  const events = (JSON.parse(`[${row.events}]`) as { seq: number }[]).filter(({ seq }) => seq > after).slice(0, left);
  return { text: JSON.stringify(events).slice(1, -1), count: events.length, last: events.at(-1)?.seq ?? after };
}

/** Pieces of at most `maxRowBytes`; a UTF-16 unit is at most three bytes of UTF-8, and no piece splits a surrogate pair. */
function piecesOf(text: string): string[] {
  const size = Math.floor(limits.maxRowBytes / 3);
  if (text.length <= size) return [text];
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + size);
    const unit = text.charCodeAt(end - 1);
    const cut = end < text.length && unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end;
    pieces.push(text.slice(at, cut));
    at = cut;
  }
  return pieces;
}
