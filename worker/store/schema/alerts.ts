import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** When an organization's alert rules are next held against what is known; null while nothing of it is live. */
export const alertTurns = sqliteTable(
  'alert_turns',
  {
    organizationId: text('organization_id').primaryKey(),
    dueAtMs: integer('due_at_ms'),
  },
  (table) => [index('alert_turns_due').on(table.dueAtMs).where(sql`due_at_ms IS NOT NULL`)],
);
