import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Sky } from './weather.ts';

/** Changes statements on their way; the proof that the simulation sees a broken one. */
type Rewrite = (query: string) => string;

/** A D1 database with our migrations on a real SQLite: the part of its interface that drizzle uses. */
export class LocalD1 {
  readonly database = new DatabaseSync(':memory:');
  readonly sky: Sky;
  rewrite: Rewrite = (query) => query;
  private readonly statements = new Map<string, StatementSync>();

  constructor(sky: Sky) {
    this.sky = sky;
    const folder = new URL('../../migrations/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    for (const name of files.sort()) this.database.exec(readFileSync(new URL(name, folder), 'utf8'));
  }

  /** As the platform's type, of which nobody here uses more. */
  get binding(): D1Database {
    return this as unknown as D1Database;
  }

  prepare(query: string): Prepared {
    return new Prepared(this, query, []);
  }

  /** One transaction, as D1 runs a batch. */
  batch(prepared: Prepared[]): Promise<unknown[]> {
    return this.sky.through(() => {
      this.database.exec('BEGIN');
      try {
        const results = prepared.map((one) => one.now());
        this.database.exec('COMMIT');
        return results;
      } catch (error) {
        this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  statement(query: string): StatementSync {
    const text = this.rewrite(query);
    const known = this.statements.get(text);
    if (known) return known;
    const statement = this.database.prepare(text);
    this.statements.set(text, statement);
    return statement;
  }
}

class Prepared {
  private readonly d1: LocalD1;
  private readonly query: string;
  private readonly params: SQLInputValue[];

  constructor(d1: LocalD1, query: string, params: SQLInputValue[]) {
    this.d1 = d1;
    this.query = query;
    this.params = params;
  }

  bind(...params: SQLInputValue[]): Prepared {
    return new Prepared(this.d1, this.query, params);
  }

  now() {
    const results = this.d1.statement(this.query).all(...this.params);
    return { success: true, results, meta: {} };
  }

  all() {
    return this.d1.sky.through(() => this.now());
  }

  run() {
    return this.all();
  }

  raw() {
    return this.d1.sky.through(() => this.now().results.map((row) => Object.values(row)));
  }
}
