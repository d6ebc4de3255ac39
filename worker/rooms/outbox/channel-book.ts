import type { Channel, ChannelKind } from '../../../wire/channel.ts';
import type { RoomTables } from '../room-tables.ts';

/** A channel with its settings as they lie here: encrypted. */
export interface KeptChannel extends Channel {
  sealed: string;
}

export const channelTable = `CREATE TABLE channel (id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, leads_to TEXT NOT NULL,
  is_enabled INTEGER NOT NULL, disabled_why TEXT, sealed TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID`;

/** An organization's channels. */
export class ChannelBook {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  /** The oldest first. */
  list(): KeptChannel[] {
    return this.tables.rows('SELECT * FROM channel ORDER BY id').map(toChannel);
  }

  find(id: string): KeptChannel | undefined {
    const [row] = this.tables.rows('SELECT * FROM channel WHERE id = ?', id);
    return row && toChannel(row);
  }

  save({ id, kind, name, leadsTo, isEnabled, disabledWhy, sealed, createdAt }: KeptChannel): void {
    this.tables.run(
      `INSERT INTO channel (id, kind, name, leads_to, is_enabled, disabled_why, sealed, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, leads_to = excluded.leads_to, is_enabled = excluded.is_enabled,
         disabled_why = excluded.disabled_why, sealed = excluded.sealed`,
      id,
      kind,
      name,
      leadsTo,
      isEnabled ? 1 : 0,
      disabledWhy,
      sealed,
      Date.parse(createdAt),
    );
  }

  remove(id: string): void {
    this.tables.run('DELETE FROM channel WHERE id = ?', id);
  }
}

const toChannel = (row: Record<string, unknown>): KeptChannel => ({
  id: String(row.id),
  // Ours: `save` wrote it.
  kind: String(row.kind) as ChannelKind,
  name: String(row.name),
  leadsTo: String(row.leads_to),
  isEnabled: row.is_enabled === 1,
  disabledWhy: row.disabled_why === null ? null : String(row.disabled_why),
  sealed: String(row.sealed),
  createdAt: new Date(Number(row.created_at)).toISOString(),
});
