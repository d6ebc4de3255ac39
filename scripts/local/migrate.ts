import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of a D1 binding that migrating needs; Miniflare and the Workers types disagree about the rest. */
interface Database {
  prepare(sql: string): { bind(...values: unknown[]): Statement; all<T>(): Promise<{ results: T[] }> } & Statement;
  batch(statements: Statement[]): Promise<unknown>;
}
interface Statement {
  run(): Promise<unknown>;
}

/** Applies what is pending from `folder`, each file in one transaction, into the same table that `wrangler d1 migrations` keeps. */
export async function migrate(database: Database, folder: string): Promise<void> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.sql')).sort();
  if (files.length === 0) return;
  await database.prepare(migrationsTable).run();
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const pending = files.filter((name) => !applied.has(name));
  if (pending.length === 0) return;
  const { unstable_splitSqlQuery } = await import('wrangler');
  for (const name of pending) {
    const statements = unstable_splitSqlQuery(await readFile(join(folder, name), 'utf8'));
    await database.batch([
      ...statements.map((sql) => database.prepare(sql)),
      database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ]);
  }
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;
