import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Snapshots that there are: a row is written when all else of one is there, and goes first when it is deleted. */
export const snapshots = sqliteTable(
  'snapshots',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id').notNull(),
    projectId: text('project_id').notNull(),
    sessionId: text('session_id').notNull(),
    name: text(),
    reason: text().notNull(),
    seq: integer().notNull(),
    gitHead: text('git_head'),
    fileCount: integer('file_count').notNull(),
    bytes: integer().notNull(),
    leftOutCount: integer('left_out_count').notNull(),
    createdBy: text('created_by').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    /** When it was thrown away; null while it was not. */
    deletedAtMs: integer('deleted_at_ms'),
    deletedBy: text('deleted_by'),
    /** When it was last brought back from the trash, or imported; null where it never was. */
    restoredAtMs: integer('restored_at_ms'),
  },
  (table) => [
    index('snapshots_session').on(table.organizationId, table.sessionId, table.id),
    // What retention looks for: the oldest that are there, and what lies in the trash.
    index('snapshots_kept').on(table.organizationId, table.createdAtMs, table.id).where(sql`deleted_at_ms IS NULL`),
    index('snapshots_deleted').on(table.organizationId, table.deletedAtMs, table.id).where(sql`deleted_at_ms IS NOT NULL`),
  ],
);

/** What runs of retention did; a run that did nothing leaves none. */
export const retentionReports = sqliteTable(
  'retention_reports',
  {
    organizationId: text('organization_id').notNull(),
    atMs: integer('at_ms').notNull(),
    /** A `RetentionReport` without its time, in JSON. */
    did: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.atMs] })],
);
