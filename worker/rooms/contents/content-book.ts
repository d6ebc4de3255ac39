import { limits } from '../../../wire/limits.ts';
import type { Located } from '../../domain/archive/runs.ts';
import { type PackRow, sweepGraceMs } from '../../domain/archive/sweep.ts';
import { type Migration, type RoomStorage, RoomTables } from '../room-tables.ts';

const migrations: Migration[] = [
  {
    id: 1,
    sql: [
      `CREATE TABLE content (hash TEXT PRIMARY KEY, pack INTEGER NOT NULL, at INTEGER NOT NULL, length INTEGER NOT NULL,
        size INTEGER NOT NULL) WITHOUT ROWID`,
      'CREATE TABLE pack (number INTEGER PRIMARY KEY AUTOINCREMENT, made_at INTEGER NOT NULL, contents INTEGER, unused_since INTEGER)',
      'CREATE TABLE snapshot (id TEXT PRIMARY KEY, at INTEGER NOT NULL, packs TEXT NOT NULL) WITHOUT ROWID',
    ],
  },
  {
    id: 2,
    sql: [
      'ALTER TABLE pack ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE snapshot ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0',
      'UPDATE pack SET bytes = (SELECT coalesce(sum(length), 0) FROM content WHERE content.pack = number)',
    ],
  },
];

/** A record of a pack that was written: where it begins in it, and its lengths. */
export type Placed = Omit<Located, 'pack'>;

/** A content, and how many bytes it takes packed. */
export type Sized = [hash: string, bytes: number];

/** A content that a manifest names, and the plain size that it says. */
export type Claimed = [hash: string, size: number];

/** Whether a snapshot is written down; else which of its contents are not there, or have another size than it says. */
export type Committed =
  | { ok: true }
  | { ok: false; why: 'missing'; hashes: string[] }
  | { ok: false; why: 'size'; hash: string; size: number }
  | { ok: false; why: 'full' }
  /** The organization's quota of bytes; `message` says how much of it is used. */
  | { ok: false; why: 'quota'; message: string };

/**
 * A project's contents in SQLite: a row for each content, pack and snapshot. Lists of hashes come as JSON in one parameter, at most
 * `maxContentHashes` of them, which is a fraction of what a parameter may hold.
 */
export class ContentBook {
  private readonly tables: RoomTables;

  constructor(storage: RoomStorage) {
    this.tables = new RoomTables(storage, migrations);
    if (this.tables.exist) this.tables.make();
  }

  /** Those that the project does not have. */
  missing(hashes: string[]): string[] {
    if (!this.tables.exist) return hashes;
    return sliced(hashes).flatMap((some) =>
      this.tables
        .rows('SELECT value AS hash FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM content WHERE hash = value)', some)
        .map(({ hash }) => String(hash)),
    );
  }

  /** Where those lie that the project has. */
  locate(hashes: string[]): Located[] {
    if (!this.tables.exist) return [];
    return sliced(hashes).flatMap((some) =>
      this.tables
        .rows('SELECT hash, pack, at, length, size FROM content WHERE hash IN (SELECT value FROM json_each(?))', some)
        .map(locatedOf),
    );
  }

  /** Gives out a number for a pack. It is never given out again, so that nothing late overwrites another's bytes. */
  reserve(nowMs: number): number {
    if (!this.tables.exist) this.tables.make();
    const [row] = this.tables.rows('INSERT INTO pack (made_at) VALUES (?) RETURNING number', nowMs);
    return Number(row?.number);
  }

  /**
   * Writes down what a pack holds; answers how many of its contents are the first of their hash. None: the pack is still nobody's. Null
   * where the number was given out too long ago. Repeating it answers the same.
   */
  fill(number: number, contents: Placed[], nowMs: number): number | null {
    return this.tables.transaction(() => {
      const [row] = this.tables.rows('SELECT made_at, contents FROM pack WHERE number = ?', number);
      if (!row) return null;
      if (row.contents !== null) return Number(row.contents);
      if (Number(row.made_at) <= nowMs - sweepGraceMs) return null;
      let added = 0;
      for (const some of sliced(contents.map(({ hash, at, length, size }) => [hash, at, length, size]))) {
        added += this.tables.rows(
          `INSERT INTO content (hash, pack, at, length, size)
           SELECT value ->> 0, ?, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
           ON CONFLICT DO NOTHING RETURNING 1`,
          number,
          some,
        ).length;
      }
      const bytes = contents.reduce((sum, { length }) => sum + length, 0);
      if (added > 0) this.tables.run('UPDATE pack SET contents = ?, bytes = ? WHERE number = ?', added, bytes, number);
      return added;
    });
  }

  /** Forgets packs that hold nothing for the index. */
  release(numbers: number[]): void {
    if (!this.tables.exist) return;
    this.tables.run(
      'DELETE FROM pack WHERE contents IS NULL AND number IN (SELECT value FROM json_each(?))',
      JSON.stringify(numbers),
    );
  }

  /** Writes a snapshot down, with the packs that it needs, if all its contents are there; `bytes` is its packed manifest's. May be repeated. */
  commit(id: string, contents: Claimed[], bytes: number, nowMs: number): Committed {
    if (!this.tables.exist) this.tables.make();
    return this.tables.transaction(() => {
      if (!this.hasRoomFor(id)) return { ok: false, why: 'full' };
      const sizes = new Map<string, number>();
      const packs = new Set<number>();
      for (const { hash, pack, size } of this.locate(contents.map(([hash]) => hash))) {
        sizes.set(hash, size);
        packs.add(pack);
      }
      const missing = contents.flatMap(([hash]) => (sizes.has(hash) ? [] : [hash]));
      if (missing.length > 0) return { ok: false, why: 'missing', hashes: missing };
      const wrong = contents.find(([hash, size]) => sizes.get(hash) !== size);
      if (wrong) return { ok: false, why: 'size', hash: wrong[0], size: sizes.get(wrong[0]) ?? 0 };
      this.tables.run(
        'INSERT INTO snapshot (id, at, packs, bytes) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET packs = excluded.packs',
        id,
        nowMs,
        JSON.stringify([...packs].toSorted((a, b) => a - b)),
        bytes,
      );
      return { ok: true };
    });
  }

  hasSnapshot(id: string): boolean {
    return this.tables.exist && this.tables.rows('SELECT 1 FROM snapshot WHERE id = ?', id).length > 0;
  }

  forget(snapshotIds: string[]): void {
    if (!this.tables.exist) return;
    this.tables.run('DELETE FROM snapshot WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(snapshotIds));
  }

  /** Snapshots written down before `beforeMs`, in the order of their ids. */
  snapshots(afterId: string, beforeMs: number, limit: number): string[] {
    if (!this.tables.exist) return [];
    return this.tables
      .rows('SELECT id FROM snapshot WHERE id > ? AND at <= ? ORDER BY id LIMIT ?', afterId, beforeMs, limit)
      .map(({ id }) => String(id));
  }

  packs(): PackRow[] {
    if (!this.tables.exist) return [];
    return this.tables.rows('SELECT number, made_at, contents, unused_since FROM pack').map((row) => ({
      number: Number(row.number),
      madeAtMs: Number(row.made_at),
      contents: row.contents === null ? null : Number(row.contents),
      unusedSinceMs: row.unused_since === null ? null : Number(row.unused_since),
    }));
  }

  /** Packs that some snapshot needs. */
  used(): Set<number> {
    if (!this.tables.exist) return new Set();
    const rows = this.tables.rows('SELECT DISTINCT each.value AS pack FROM snapshot, json_each(snapshot.packs) AS each');
    return new Set(rows.map(({ pack }) => Number(pack)));
  }

  /** Remembers since when packs are unused; null: they are used. */
  mark(numbers: number[], unusedSinceMs: number | null): void {
    if (numbers.length === 0) return;
    this.tables.run(
      'UPDATE pack SET unused_since = ? WHERE number IN (SELECT value FROM json_each(?))',
      unusedSinceMs,
      JSON.stringify(numbers),
    );
  }

  /** Forgets the contents of packs; their objects can be erased then. */
  giveUp(numbers: number[]): void {
    if (numbers.length === 0) return;
    const list = JSON.stringify(numbers);
    this.tables.transaction(() => {
      // Reading all rows is cheaper than an index on `pack`, which would be written with each of them.
      this.tables.run('DELETE FROM content WHERE pack IN (SELECT value FROM json_each(?))', list);
      this.tables.run('UPDATE pack SET contents = NULL WHERE number IN (SELECT value FROM json_each(?))', list);
    });
  }

  /** Bytes that the archive holds of packs and manifests. */
  get bytes(): number {
    if (!this.tables.exist) return 0;
    const [row] = this.tables.rows(
      'SELECT (SELECT coalesce(sum(bytes), 0) FROM pack) + (SELECT coalesce(sum(bytes), 0) FROM snapshot) AS bytes',
    );
    return Number(row?.bytes);
  }

  /** One that is written down already takes no more room. */
  private hasRoomFor(snapshotId: string): boolean {
    const [row] = this.tables.rows('SELECT count(*) AS others FROM snapshot WHERE id <> ?', snapshotId);
    return Number(row?.others) < limits.maxSnapshotsPerProject;
  }

  get isEmpty(): boolean {
    const hasRows = (table: string) => this.tables.rows(`SELECT 1 FROM ${table} LIMIT 1`).length > 0;
    return !this.tables.exist || !(hasRows('pack') || hasRows('snapshot'));
  }
}

const locatedOf = (row: Record<string, unknown>): Located => ({
  hash: String(row.hash),
  pack: Number(row.pack),
  at: Number(row.at),
  length: Number(row.length),
  size: Number(row.size),
});

/** Slices of a list as JSON texts that fit into a parameter. */
function sliced(items: readonly unknown[]): string[] {
  const size = limits.maxContentHashes;
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => JSON.stringify(items.slice(i * size, (i + 1) * size)));
}
