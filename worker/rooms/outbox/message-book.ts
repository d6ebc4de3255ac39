import type { RoomTables } from '../room-tables.ts';

/** `place` is null until the message was posted. A message is forgotten with the delivery that brought it out. */
export const messageTable =
  'CREATE TABLE message (key TEXT NOT NULL, target TEXT NOT NULL, place TEXT, PRIMARY KEY (key, target)) WITHOUT ROWID';

/** Where messages are that can be changed: by the key of what they tell, and the channel they went to. */
export class MessageBook {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  expect(key: string, target: string): void {
    this.tables.run('INSERT INTO message (key, target) VALUES (?, ?) ON CONFLICT DO NOTHING', key, target);
  }

  put(key: string, target: string, place: string): void {
    this.tables.run('UPDATE message SET place = ? WHERE key = ? AND target = ?', place, key, target);
  }

  place(key: string, target: string): string | null {
    const [row] = this.tables.rows('SELECT place FROM message WHERE key = ? AND target = ?', key, target);
    return row?.place == null ? null : String(row.place);
  }

  /** The channels that this was, or is being, posted to. */
  targetsOf(key: string): string[] {
    return this.tables.rows('SELECT target FROM message WHERE key = ?', key).map(({ target }) => String(target));
  }
}
