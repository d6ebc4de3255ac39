import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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
  },
  (table) => [index('snapshots_session').on(table.organizationId, table.sessionId, table.id)],
);
