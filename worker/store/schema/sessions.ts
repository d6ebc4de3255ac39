import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** A session as the list has it. */
const sessionColumns = () => ({
  id: text().primaryKey(),
  organizationId: text('organization_id').notNull(),
  externalId: text('external_id').notNull(),
  projectId: text('project_id').notNull(),
  userId: text('user_id').notNull(),
  agent: text().notNull(),
  title: text().notNull(),
  status: text().notNull(),
  model: text(),
  cwd: text(),
  repository: text(),
  gitBranch: text('git_branch'),
  startedAtMs: integer('started_at_ms').notNull(),
  endedAtMs: integer('ended_at_ms'),
  lastEventAtMs: integer('last_event_at_ms').notNull(),
  eventCount: integer('event_count').notNull(),
  toolCallCount: integer('tool_call_count').notNull(),
  errorCount: integer('error_count').notNull(),
  inputTokens: integer('input_tokens').notNull(),
  outputTokens: integer('output_tokens').notNull(),
  cacheReadTokens: integer('cache_read_tokens').notNull(),
  cacheWriteTokens: integer('cache_write_tokens').notNull(),
  costMicroUsd: integer('cost_micro_usd').notNull(),
  unpricedCalls: integer('unpriced_calls').notNull(),
  /** The session's own budget; null without one. */
  budgetLimitMicroUsd: integer('budget_limit_micro_usd'),
  reservedMicroUsd: integer('reserved_micro_usd').notNull().default(0),
  refusedCount: integer('refused_count').notNull(),
  /** `RecentHooks` in JSON; null where none were refused lately. */
  recentHooks: text('recent_hooks'),
  redactionCount: integer('redaction_count').notNull(),
  activity: text().notNull(),
  /** Calls that wait for a person. */
  pendingApprovals: integer('pending_approvals').notNull().default(0),
  parentId: text('parent_id'),
  /** Where it left its parent, as a `BranchOrigin` in JSON; null unless it is a branch. */
  branch: text(),
  /** Its agent's last words, cut. */
  outcome: text(),
  /** JSON array of strings. */
  tags: text().notNull(),
  flushedSeq: integer('flushed_seq').notNull(),
  /** What the cost consists of, as `CostLine`s in JSON; and the part of it that `cost_days` has. */
  costs: text().notNull().default('[]'),
  settledCosts: text('settled_costs').notNull().default('[]'),
  /** When it was imported; null where it ran here. */
  importedAtMs: integer('imported_at_ms'),
  /** What it is called where it was exported; null where it ran here. */
  importedFrom: text('imported_from'),
});

/**
 * The index of sessions that their rooms keep: one row each, written by a flush and by nothing else. `flushed_seq` is the last
 * event that the row and the roll-ups count. Agents are few, so a filter by agent rides the activity index instead of paying for
 * one of its own at every flush.
 */
export const sessions = sqliteTable('sessions', sessionColumns(), (table) => [
  index('sessions_activity').on(table.organizationId, table.lastEventAtMs, table.id),
  index('sessions_status').on(table.organizationId, table.status, table.lastEventAtMs, table.id),
  // Touched only by sessions in which something waits, so that the others do not pay for it.
  index('sessions_waiting').on(table.organizationId, table.lastEventAtMs, table.id).where(sql`pending_approvals > 0`),
  // Few sessions were started by others, and only they pay for it.
  index('sessions_children')
    .on(table.organizationId, table.parentId, table.lastEventAtMs, table.id)
    .where(sql`parent_id IS NOT NULL`),
  // Only what was imported pays for it.
  index('sessions_imported').on(table.organizationId, table.importedFrom).where(sql`imported_from IS NOT NULL`),
  index('sessions_project').on(table.organizationId, table.projectId, table.lastEventAtMs, table.id),
  // Each once, in an order that does not change; a flush does not touch it.
  index('sessions_organization').on(table.organizationId, table.id),
]);

/** The rows of sessions that were thrown away, as they were: in no list, and counted by nothing, until they are brought back or gone. */
export const trashedSessions = sqliteTable(
  'trashed_sessions',
  {
    ...sessionColumns(),
    deletedAtMs: integer('deleted_at_ms').notNull(),
    deletedBy: text('deleted_by'),
  },
  (table) => [index('trashed_sessions_deleted').on(table.organizationId, table.deletedAtMs, table.id)],
);

/** What each day came to, by project, person, agent and model; a flush adds the difference since the one before. */
export const sessionDays = sqliteTable(
  'session_days',
  {
    organizationId: text('organization_id').notNull(),
    /** `YYYY-MM-DD`, UTC, of the flush's last event. */
    day: text().notNull(),
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    agent: text().notNull(),
    model: text().notNull(),
    events: integer().notNull(),
    toolCalls: integer('tool_calls').notNull(),
    errors: integer().notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    costMicroUsd: integer('cost_micro_usd').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.day, table.projectId, table.userId, table.agent, table.model] }),
  ],
);

/**
 * What each day came to by model and by tool. Written when a session ends, is deleted, or goes on into another day: what a live
 * session has beyond it is read from its row, which is written anyway.
 */
export const costDays = sqliteTable(
  'cost_days',
  {
    organizationId: text('organization_id').notNull(),
    /** As in `session_days`, so that the two agree. */
    day: text().notNull(),
    /** `model` or `tool`. */
    kind: text().notNull(),
    name: text().notNull(),
    calls: integer().notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    costMicroUsd: integer('cost_micro_usd').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.day, table.kind, table.name] })],
);
