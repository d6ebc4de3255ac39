import { limits } from '../../wire/limits.ts';

/** The part of Durable Object storage that tables need; the simulation gives another real SQLite. */
export interface RoomStorage {
  sql: { exec(query: string, ...bindings: SqlValue[]): { toArray(): Record<string, unknown>[] } };
  transactionSync<T>(closure: () => T): T;
}

type SqlValue = string | number | null;

/** What ran once in an object never runs again: entries are added, never changed. */
export interface Migration {
  id: number;
  sql: string[];
}

/** Names and values, which every object of ours keeps beside its own tables. */
export const metaTable = 'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID';

/** The tables of one object. Asking for an unknown object must not make any, so there are none until `make`. */
export class RoomTables {
  readonly storage: RoomStorage;
  private readonly migrations: readonly Migration[];
  private found: boolean;

  constructor(storage: RoomStorage, migrations: readonly Migration[]) {
    this.storage = storage;
    this.migrations = migrations;
    this.found = this.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").length > 0;
  }

  get exist(): boolean {
    return this.found;
  }

  /** Makes what is missing. */
  make(): void {
    this.run('CREATE TABLE IF NOT EXISTS migration (id INTEGER PRIMARY KEY)');
    const done = new Set(this.rows('SELECT id FROM migration').map(({ id }) => Number(id)));
    for (const { id, sql } of this.migrations) {
      if (done.has(id)) continue;
      for (const statement of sql) this.run(statement);
      this.run('INSERT INTO migration (id) VALUES (?)', id);
    }
    this.found = true;
  }

  rows(query: string, ...bindings: SqlValue[]): Record<string, unknown>[] {
    return this.storage.sql.exec(query, ...bindings).toArray();
  }

  run(query: string, ...bindings: SqlValue[]): void {
    this.rows(query, ...bindings);
  }

  /** All or nothing. */
  transaction<T>(closure: () => T): T {
    return this.storage.transactionSync(closure);
  }

  meta(key: string): string | undefined {
    const [row] = this.rows('SELECT value FROM meta WHERE key = ?', key);
    return row && String(row.value);
  }

  saveMeta(key: string, value: string): void {
    this.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value);
  }

  /** A value that may have been saved by `saveLongMeta`. */
  longMeta(key: string): string | undefined {
    const first = this.meta(key);
    if (first === undefined) return undefined;
    const more = this.rows('SELECT value FROM meta WHERE key > ? AND key < ? ORDER BY key', `${key}+`, `${key},`);
    return [first, ...more.map(({ value }) => String(value))].join('');
  }

  /** Saves a value that may outgrow a row; what does is in rows `key+0000`, `key+0001` …, and a comma follows a plus in ASCII. */
  saveLongMeta(key: string, value: string): void {
    const [first = '', ...more] = piecesOf(value);
    this.saveMeta(key, first);
    this.run('DELETE FROM meta WHERE key > ? AND key < ?', `${key}+`, `${key},`);
    more.forEach((text, index) => {
      this.saveMeta(`${key}+${String(index).padStart(4, '0')}`, text);
    });
  }
}

/** Pieces of at most `maxRowBytes`; a UTF-16 unit is at most three bytes of UTF-8, and no piece splits a surrogate pair. */
export function piecesOf(text: string): string[] {
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
