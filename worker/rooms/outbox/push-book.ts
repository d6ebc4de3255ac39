import type { RoomTables } from '../room-tables.ts';

export interface KeptDevice {
  id: string;
  userId: string;
  name: string;
  createdAtMs: number;
  /** Where to push, encrypted. */
  sealed: string;
}

export const pushTables = [
  'CREATE TABLE push_device (id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID',
];

/** Browsers in which members of an organization turned notifications on. */
export class PushBook {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  /** Of one person, or of all; the oldest first. */
  list(userId?: string): KeptDevice[] {
    return this.tables
      .rows('SELECT * FROM push_device WHERE ?1 IS NULL OR user = ?1 ORDER BY created_at, id', userId ?? null)
      .map(toDevice);
  }

  find(id: string): KeptDevice | undefined {
    const [row] = this.tables.rows('SELECT * FROM push_device WHERE id = ?', id);
    return row && toDevice(row);
  }

  save({ id, userId, name, sealed, createdAtMs }: KeptDevice): void {
    this.tables.run(
      `INSERT INTO push_device (id, user, name, sealed, created_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, sealed = excluded.sealed`,
      id,
      userId,
      name,
      sealed,
      createdAtMs,
    );
  }

  remove(id: string): void {
    this.tables.run('DELETE FROM push_device WHERE id = ?', id);
  }
}

const toDevice = (row: Record<string, unknown>): KeptDevice => ({
  id: String(row.id),
  userId: String(row.user),
  name: String(row.name),
  createdAtMs: Number(row.created_at),
  sealed: String(row.sealed),
});
