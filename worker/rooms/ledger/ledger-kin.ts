import { limits } from '../../../wire/limits.ts';
import type { OwnLimits } from '../../domain/limits/family.ts';
import type { RoomTables } from '../room-tables.ts';

/** What the ledger knows of a session that has a parent or children; of others it has no row. */
export interface Kin {
  parentId: string | null;
  /** What a person lets it spend; null while it has no children, and nobody has asked. */
  own: OwnLimits | null;
  /** It was deleted: it limits its children no longer. */
  isGone: boolean;
  /** It named a parent that could not be asked yet. */
  isPending: boolean;
  /** The newest version of its family, and the one that its room has heard of. */
  wanted: number;
  heard: number;
}

export const kinTables = [
  'CREATE TABLE kin (room TEXT PRIMARY KEY, parent TEXT, own TEXT, gone INTEGER NOT NULL, pending INTEGER NOT NULL DEFAULT 0, wanted INTEGER NOT NULL, heard INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE INDEX kin_parent ON kin (parent)',
];

/** Which session started which. */
export class LedgerKin {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  of(roomId: string): Kin | undefined {
    if (!this.tables.exist) return undefined;
    const [row] = this.tables.rows('SELECT * FROM kin WHERE room = ?', roomId);
    if (!row) return undefined;
    return {
      parentId: row.parent === null ? null : String(row.parent),
      // Written by `saveOwn` alone.
      own: row.own === null ? null : (JSON.parse(String(row.own)) as OwnLimits),
      isGone: row.gone === 1,
      isPending: row.pending === 1,
      wanted: Number(row.wanted),
      heard: Number(row.heard),
    };
  }

  /** Parent, grandparent …, the nearest first. */
  ancestors(roomId: string): string[] {
    const found: string[] = [];
    for (let parentId = this.of(roomId)?.parentId; parentId && found.length < limits.maxFamilyDepth; ) {
      found.push(parentId);
      parentId = this.of(parentId)?.parentId;
    }
    return found;
  }

  /** The session and all that descend from it. */
  family(roomId: string): string[] {
    return this.tables
      .rows(
        'WITH RECURSIVE family (room) AS (SELECT ? UNION SELECT kin.room FROM kin JOIN family ON kin.parent = family.room) SELECT room FROM family',
        roomId,
      )
      .map(({ room }) => String(room));
  }

  childCount(roomId: string): number {
    const [row] = this.tables.rows('SELECT count(*) AS n FROM kin WHERE parent = ?', roomId);
    return Number(row?.n ?? 0);
  }

  saveParent(roomId: string, parentId: string): void {
    this.tables.run(
      'INSERT INTO kin (room, parent, gone, wanted, heard) VALUES (?, ?, 0, 1, 0) ON CONFLICT (room) DO UPDATE SET parent = excluded.parent, pending = 0, wanted = wanted + 1',
      roomId,
      parentId,
    );
  }

  savePending(roomId: string): void {
    this.tables.make();
    this.tables.run('INSERT INTO kin (room, gone, pending, wanted, heard) VALUES (?, 0, 1, 0, 0) ON CONFLICT DO NOTHING', roomId);
  }

  forgetPending(roomId: string): void {
    if (this.tables.exist) this.tables.run('DELETE FROM kin WHERE room = ? AND pending = 1', roomId);
  }

  saveOwn(roomId: string, own: OwnLimits, isGone = false): void {
    this.tables.run(
      'INSERT INTO kin (room, own, gone, wanted, heard) VALUES (?, ?, ?, 1, 0) ON CONFLICT (room) DO UPDATE SET own = excluded.own, gone = excluded.gone, wanted = wanted + 1',
      roomId,
      JSON.stringify(own),
      isGone ? 1 : 0,
    );
  }

  /** Something changed for all of a session's descendants; for itself `saveOwn` has noted it. */
  noteChange(roomIds: readonly string[]): void {
    for (const roomId of roomIds) this.tables.run('UPDATE kin SET wanted = wanted + 1 WHERE room = ?', roomId);
  }

  saveHeard(roomId: string, version: number): void {
    this.tables.run('UPDATE kin SET heard = max(heard, ?) WHERE room = ?', version, roomId);
  }
}
