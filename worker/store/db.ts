import { sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';

export type Db = DrizzleD1Database;

/** A prepared write, to be committed together with others. */
export type Statement = BatchItem<'sqlite'>;

export const openDb = (d1: D1Database): Db => drizzle(d1);

/** Throws while D1 is down. */
export async function ping(db: Db): Promise<void> {
  await db.run(sql`SELECT 1`);
}

/** Runs the statements as one transaction; answers how many rows each of them changed. */
export async function commit(db: Db, statements: Statement[]): Promise<number[]> {
  // Drizzle types a batch as a tuple of at least one; ours is built up by routes and never empty.
  const results = await db.batch(statements as [Statement, ...Statement[]]);
  // Statements without `returning` answer D1's own result.
  return results.map((result) => (result as D1Result).meta.changes);
}
