import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { RoomStorage } from '../../worker/rooms/room-tables.ts';

/**
 * A room's SQLite and its alarm: all that outlives an eviction. A real database, so that the production statements run on it; the
 * platform's limit of a row is enforced here, because only production enforces it there.
 */
export class RoomDisk implements RoomStorage {
  alarmAtMs: number | null = null;
  readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private depth = 0;

  /** In memory, or a file that a stopped server left behind. */
  constructor(file = ':memory:') {
    this.database = new DatabaseSync(file);
  }

  readonly sql: RoomStorage['sql'] = {
    exec: (query, ...bindings) => {
      for (const value of bindings) {
        if (typeof value === 'string' && isTooBig(value)) throw new Error('string or blob too big');
      }
      const rows = this.statement(query).all(...bindings);
      return { toArray: () => rows };
    },
  };

  /** Nests as the platform's does, by savepoints. */
  transactionSync<T>(closure: () => T): T {
    const name = `s${this.depth}`;
    this.statement(`SAVEPOINT ${name}`).run();
    this.depth += 1;
    try {
      const result = closure();
      this.statement(`RELEASE ${name}`).run();
      return result;
    } catch (error) {
      this.database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  close(): void {
    this.database.close();
  }

  private statement(query: string): StatementSync {
    const known = this.statements.get(query);
    if (known) return known;
    const statement = this.database.prepare(query);
    this.statements.set(query, statement);
    return statement;
  }
}

/** Durable Objects, limits: a string, blob or row has at most 2 MB. */
const maxValueBytes = 2_000_000;

/** A character takes at most three bytes of UTF-8, so that few have to be counted. */
const isTooBig = (value: string): boolean => value.length * 3 > maxValueBytes && Buffer.byteLength(value) > maxValueBytes;
