import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db.ts';
import { costDays, sessions } from '../schema/sessions.ts';

/** The day of a session's last event that D1 knows of. */
export const dayOfRow = sql<string>`date(${sessions.lastEventAtMs} / 1000, 'unixepoch')`;

/** What a roll-up's row has and what is added to it. */
export const plusExcluded = (column: SQLiteColumn): SQL => sql`${column} + excluded.${sql.identifier(column.name)}`;

/** Counters of `cost_days`, in the order in which a `CostLine` has them after kind and name. */
const counters = [
  'calls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costMicroUsd',
] as const satisfies (keyof typeof costDays.$inferInsert)[];

/** What the lines of one JSON array have beyond those of another, as a `FROM` of sessions: `line.value` is a line, `sign` its sign. */
export const linesBeyond = (more: SQL, less: SQL): SQL =>
  sql`${sessions}, json_each(json_array(json(${more}), json(${less}))) as side, json_each(side.value) as line`;

const sign = sql.raw('(1 - 2 * side.key)');
export const lineKind = sql<string>`line.value ->> 0`;
export const lineName = sql<string>`line.value ->> 1`;

/** The sum of a counter over the lines, by its place. */
export const summed = (index: number): SQL<number> => sql<number>`sum(${sign} * (line.value ->> ${sql.raw(String(index + 2))}))`;

/**
 * Adds to a day what a session's lines have beyond those that `cost_days` has of it already. As every roll-up it selects from the
 * session's row, so that a repetition finds nothing.
 */
export function settle(db: Db, { more, less, day, where }: { more: SQL; less: SQL; day: SQL; where: SQL | undefined }) {
  const sums = counters.map((_, index) => summed(index));
  const isAny = sql.join(
    sums.map((sum) => sql`${sum} <> 0`),
    sql` or `,
  );
  const plus = counters.map((name): [string, SQL] => [name, plusExcluded(costDays[name])]);
  return (
    db
      .insert(costDays)
      // In the order of the table's columns.
      .select(sql`select ${sessions.organizationId}, ${day}, ${lineKind}, ${lineName}, ${sql.join(sums, sql`, `)}
        from ${linesBeyond(more, less)} where ${where} group by 3, 4 having ${isAny}`)
      .onConflictDoUpdate({
        target: [costDays.organizationId, costDays.day, costDays.kind, costDays.name],
        set: Object.fromEntries(plus),
      })
  );
}

/** The same of a row as it stands, for the day of its last event. */
export const settleRow = (db: Db, where: SQL | undefined) =>
  settle(db, { more: sql`${sessions.costs}`, less: sql`${sessions.settledCosts}`, day: dayOfRow, where });
