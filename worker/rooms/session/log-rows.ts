import { Buffer } from 'node:buffer';
import { limits } from '../../../wire/limits.ts';
import type { Bucket } from '../../domain/bucket.ts';
import type { Mark } from '../../domain/evolve.ts';
import type { LogRecord } from '../../domain/run.ts';
import type { KeptLeases } from '../../domain/shared-bucket.ts';
import { piecesOf, type RoomTables } from '../room-tables.ts';

/** Consecutive events as JSON texts without brackets, ready to be joined by commas. */
export interface LogPage {
  texts: string[];
  bytes: number;
  /** The last seq read; `after` where nothing was. */
  lastSeq: number;
}

/** Bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

const columns =
  'first INTEGER PRIMARY KEY, last INTEGER NOT NULL, events TEXT NOT NULL, marks TEXT NOT NULL, pieces INTEGER NOT NULL';

const piecesPerRecord = 4096;

const pieceColumns = 'id INTEGER PRIMARY KEY, text TEXT NOT NULL';

export const logTables = [
  // One row a POST, keyed by its first seq: rowid tables cost one row written, an index would cost another.
  `CREATE TABLE log (${columns})`,
  // A record over the platform's 2 MB row: piece i of the record that starts at `first` is row first * 4096 + i.
  `CREATE TABLE piece (${pieceColumns})`,
];

/** A session's events as rows, one a POST. */
export class LogRows {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
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
      b: record.bucket,
      l: record.leases,
    });
    this.insert('', { first, last, events, marks });
    return events;
  }

  /** Makes empty tables beside those of the log, for a log that comes in parts and takes their place as a whole. */
  makeStaged(): void {
    this.dropStaged();
    this.tables.run(`CREATE TABLE staged_log (${columns})`);
    this.tables.run(`CREATE TABLE staged_piece (${pieceColumns})`);
  }

  /** Adds consecutive events, as JSON texts joined by commas. */
  stage({ first, last, events }: EventRun): void {
    this.insert('staged_', { first, last, events, marks: noMarks(first, last) });
  }

  /** The staged tables become the log, inside the caller's transaction. */
  takeStaged(): void {
    for (const table of ['log', 'piece']) {
      this.tables.run(`DROP TABLE ${table}`);
      this.tables.run(`ALTER TABLE staged_${table} RENAME TO ${table}`);
    }
  }

  dropStaged(): void {
    for (const table of ['log', 'piece']) this.tables.run(`DROP TABLE IF EXISTS staged_${table}`);
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
      const [row] = this.tables.rows(
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

  /** The records after `after`, as they were appended. */
  *records(after: number): Generator<{ record: LogRecord; bytes: number }> {
    let from = after + 1;
    while (true) {
      const row = this.rowFrom(from);
      if (!row) return;
      // `append` wrote it.
      const { s, p, m, b, l } = JSON.parse(row.marks) as StoredMarks;
      const events = JSON.parse(`[${row.events}]`);
      yield {
        record: { stream: s, postId: p, events, marks: m.map((mark) => mark || {}), bucket: b, leases: l },
        bytes: bytesOf(row.events),
      };
      from = row.last + 1;
    }
  }

  /**
   * Removes everything up to `seq`, inside the caller's transaction. A deleted row costs as much as a written one, so the few rows
   * that stay move to a new table, and the old one goes as a whole.
   */
  drop(seq: number): void {
    this.tables.run('DELETE FROM piece WHERE id < ?', (seq + 1) * piecesPerRecord);
    this.tables.run(`CREATE TABLE log_rest (${columns})`);
    this.tables.run('INSERT INTO log_rest SELECT * FROM log WHERE last > ?', seq);
    this.tables.run('DROP TABLE log');
    this.tables.run('ALTER TABLE log_rest RENAME TO log');
  }

  /**
   * Writes records anew whose events `change` answers otherwise, inside the caller's transaction; of those alone that hold one of `traces`,
   * or lie in pieces.
   */
  rewrite(traces: readonly string[], change: (events: string) => string | undefined): void {
    const isSuspect = traces.map(() => 'instr(events, ?) > 0').join(' OR ');
    const found = this.tables.rows(`SELECT first FROM log WHERE pieces > 1 OR ${isSuspect}`, ...traces);
    for (const { first } of found) {
      const row = this.rowFrom(Number(first));
      const events = row && change(row.events);
      if (!row || events === undefined) continue;
      const start = row.first * piecesPerRecord;
      this.tables.run('DELETE FROM log WHERE first = ?', row.first);
      this.tables.run('DELETE FROM piece WHERE id >= ? AND id < ?', start, start + piecesPerRecord);
      this.insert('', { ...row, events });
    }
  }

  private insert(prefix: '' | 'staged_', { first, last, events, marks }: LogRow): void {
    const pieces = piecesOf(events);
    const query = `INSERT INTO ${prefix}log (first, last, events, marks, pieces) VALUES (?, ?, ?, ?, ?)`;
    const insert = (inRow: string) => this.tables.run(query, first, last, inRow, marks, pieces.length);
    if (pieces.length === 1) {
      insert(events);
      return;
    }
    // All or nothing: pieces without their row would stand in the way of the next record.
    this.tables.transaction(() => {
      pieces.forEach((text, index) => {
        this.tables.run(`INSERT INTO ${prefix}piece (id, text) VALUES (?, ?)`, first * piecesPerRecord + index, text);
      });
      insert('');
    });
  }

  /** The row that holds `seq`, its pieces joined; where the archive took that, the next one. */
  private rowFrom(seq: number): LogRow | undefined {
    const [row] = this.tables.rows('SELECT * FROM log WHERE first <= ? ORDER BY first DESC LIMIT 1', seq);
    if (row && Number(row.last) >= seq) return this.whole(row);
    const [next] = this.tables.rows('SELECT * FROM log WHERE first > ? ORDER BY first LIMIT 1', seq);
    return next && this.whole(next);
  }

  private whole(row: Record<string, unknown>): LogRow {
    const first = Number(row.first);
    const base = { first, last: Number(row.last), marks: String(row.marks) };
    const count = Number(row.pieces);
    if (count <= 1) return { ...base, events: String(row.events) };
    const start = first * piecesPerRecord;
    const pieces = this.tables.rows('SELECT text FROM piece WHERE id >= ? AND id < ? ORDER BY id', start, start + count);
    return { ...base, events: pieces.map((piece) => String(piece.text)).join('') };
  }
}

/** Short names, because every row has them. */
interface StoredMarks {
  s?: string;
  p?: string;
  m: (Mark | 0)[];
  b?: Bucket;
  l?: KeptLeases;
}

/** Consecutive events as JSON texts joined by commas. */
export interface EventRun {
  first: number;
  last: number;
  events: string;
}

interface LogRow extends EventRun {
  marks: string;
}

/** As `append` writes them for events that nothing is known of beside. */
const noMarks = (first: number, last: number): string => JSON.stringify({ m: Array<0>(last - first + 1).fill(0) });

/** A row's part of a page: whole in the usual case, parsed only where the page starts or ends inside it. */
function trimmed(row: LogRow, after: number, left: number): { text: string; count: number; last: number } {
  const count = row.last - row.first + 1;
  if (row.first > after && count <= left) return { text: row.events, count, last: row.last };
  const events = (JSON.parse(`[${row.events}]`) as { seq: number }[]).filter(({ seq }) => seq > after).slice(0, left);
  return { text: JSON.stringify(events).slice(1, -1), count: events.length, last: events.at(-1)?.seq ?? after };
}
