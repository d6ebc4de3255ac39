import { type Migration, type RoomStorage, RoomTables } from '../room-tables.ts';

/** Two sessions in one file, of which one or both have still to be told. */
export interface Meeting {
  /** Who came later, and its title. */
  one: string;
  title: string;
  other: string;
  file: string;
  atMs: number;
}

const touchTable = (name: string) =>
  `CREATE TABLE ${name} (file TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (file, session)) WITHOUT ROWID`;

const migrations: Migration[] = [
  {
    id: 1,
    sql: [
      touchTable('touch'),
      touchTable('touch_old'),
      `CREATE TABLE meeting (one TEXT NOT NULL, other TEXT NOT NULL, file TEXT NOT NULL, title TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (one, other, file)) WITHOUT ROWID`,
    ],
  },
];

/**
 * Who touched which file lately. A deleted row costs as much as a written one, so touches lie in two tables: new ones go to the first,
 * and the second is dropped as a whole once all in it is too old.
 */
export class RadarBook {
  private readonly tables: RoomTables;

  constructor(storage: RoomStorage) {
    this.tables = new RoomTables(storage, migrations);
    if (this.tables.exist) this.tables.make();
  }

  touch(file: string, sessionId: string, atMs: number): void {
    this.tables.run(
      'INSERT INTO touch (file, session, at) VALUES (?, ?, ?) ON CONFLICT (file, session) DO UPDATE SET at = excluded.at',
      file,
      sessionId,
      atMs,
    );
  }

  /** Sessions that touched a file after `sinceMs`, the latest first. */
  touchedBy(file: string, sinceMs: number): string[] {
    if (!this.tables.exist) return [];
    const rows = this.tables.rows(
      `SELECT session, max(at) AS at FROM (SELECT session, at FROM touch WHERE file = ?1 UNION ALL SELECT session, at FROM touch_old WHERE file = ?1)
       GROUP BY session HAVING max(at) > ?2 ORDER BY 2 DESC`,
      file,
      sinceMs,
    );
    return rows.map(({ session }) => String(session));
  }

  forget(file: string, sessionId: string): void {
    for (const table of ['touch', 'touch_old'])
      this.tables.run(`DELETE FROM ${table} WHERE file = ? AND session = ?`, file, sessionId);
  }

  note({ one, title, other, file, atMs }: Meeting): void {
    this.tables.run(
      'INSERT INTO meeting (one, other, file, title, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      one,
      other,
      file,
      title,
      atMs,
    );
  }

  settle({ one, other, file }: Meeting): void {
    this.tables.run('DELETE FROM meeting WHERE one = ? AND other = ? AND file = ?', one, other, file);
  }

  meetings(): Meeting[] {
    if (!this.tables.exist) return [];
    return this.tables.rows('SELECT * FROM meeting ORDER BY at').map(({ one, other, file, title, at }) => ({
      one: String(one),
      other: String(other),
      file: String(file),
      title: String(title),
      atMs: Number(at),
    }));
  }

  /** Makes room for new touches where nothing older than they is worth keeping; may be repeated. */
  turn(sinceMs: number): void {
    if (!this.tables.exist || this.tables.rows('SELECT 1 FROM touch_old WHERE at > ? LIMIT 1', sinceMs).length > 0) return;
    this.transaction(() => {
      this.tables.run('DROP TABLE touch_old');
      this.tables.run('ALTER TABLE touch RENAME TO touch_old');
      this.tables.run(touchTable('touch'));
    });
  }

  get isEmpty(): boolean {
    const hasRows = (table: string) => this.tables.rows(`SELECT 1 FROM ${table} LIMIT 1`).length > 0;
    return !this.tables.exist || !['touch', 'touch_old', 'meeting'].some(hasRows);
  }

  transaction(change: () => void): void {
    if (!this.tables.exist) this.tables.make();
    this.tables.transaction(change);
  }
}
