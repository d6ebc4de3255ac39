import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { SessionSummary } from '../../../wire/session.ts';
import type { CostLine } from '../../domain/session-costs.ts';
import { wakeTurn } from '../alerts/turns.ts';
import { trashSnapshotsOf } from '../archive/snapshot-trash.ts';
import type { Db } from '../db.ts';
import { snapshots } from '../schema/archive.ts';
import { sessionDays, sessions, trashedSessions } from '../schema/sessions.ts';
import { dayOfRow, plusExcluded, settle, settleRow } from './settle.ts';

type Row = typeof sessions.$inferInsert;

/**
 * Brings D1 to `summary.lastSeq`, in one transaction that carries the seq it starts from: the roll-up adds only the difference to
 * the session's row, and the row moves last, so that a flush repeated, or one whose answer was lost, changes nothing. Answers
 * with what D1 holds afterwards: not `lastSeq` where `fromSeq` was out of date. Refusals have no seq; their count only rises.
 */
export async function flushSession(
  db: Db,
  organizationId: string,
  summary: SessionSummary,
  fromSeq: number,
  costs: readonly CostLine[] = [],
): Promise<{ seq: number; refusedCount: number }> {
  if (summary.imported && fromSeq === 0) return indexImported(db, organizationId, summary, costs);
  const row = { ...rowOf(organizationId, summary), costs: JSON.stringify(costs) };
  const mine = and(eq(sessions.id, row.id), eq(sessions.organizationId, organizationId));
  const behind = and(mine, eq(sessions.flushedSeq, fromSeq));
  const first = insertFirst(db, { ...row, ...nothing });
  const { id: _, organizationId: __, ...changed } = row;
  const rollUp = db
    .insert(sessionDays)
    .select(db.select(difference(row)).from(sessions).where(behind))
    .onConflictDoUpdate({
      target: [
        sessionDays.organizationId,
        sessionDays.day,
        sessionDays.projectId,
        sessionDays.userId,
        sessionDays.agent,
        sessionDays.model,
      ],
      set: Object.fromEntries(counters.map((name) => [name, plusExcluded(sessionDays[name])])),
    });
  // What came before midnight belongs to the day before; D1's row has it as it was then.
  const day = sql`${dayOf(row)}`;
  const isAnotherDay = sql`${dayOfRow} <> ${day}`;
  const settled = sql`case when ${isAnotherDay} then ${sessions.costs} else ${sessions.settledCosts} end`;
  const isOver = row.endedAtMs !== null;
  const ofDayBefore = settleRow(db, and(behind, isAnotherDay));
  const ofLastDay = settle(db, { more: sql`${row.costs}`, less: settled, day, where: behind });
  const refusedCount = sql`max(${sessions.refusedCount}, ${row.refusedCount})`;
  const update = db
    .update(sessions)
    .set({ ...changed, refusedCount, settledCosts: isOver ? row.costs : settled })
    .where(behind);
  const held = db.select({ seq: sessions.flushedSeq, refusedCount: sessions.refusedCount }).from(sessions).where(mine);
  // The row is there after the first flush; asking it to insert again would cost a statement for nothing.
  const wake = wakeTurn(db, organizationId, row.lastEventAtMs);
  const results = await db.batch([
    fromSeq === 0 ? first : ofDayBefore,
    rollUp,
    ...(isOver ? [ofLastDay] : []),
    update,
    wake,
    held,
  ]);
  const [found] = results.at(-1) as { seq: number; refusedCount: number }[];
  return found ?? { seq: 0, refusedCount: 0 };
}

/**
 * The first flush of a session that was imported, which no roll-up counts: what it cost was paid elsewhere, or is counted already. Whatever
 * stood in its row is settled first, as at a deletion, and the snapshots of what it replaces go to the trash. May be repeated.
 */
async function indexImported(
  db: Db,
  organizationId: string,
  summary: SessionSummary,
  costs: readonly CostLine[],
): Promise<{ seq: number; refusedCount: number }> {
  const lines = JSON.stringify(costs);
  const row = { ...rowOf(organizationId, summary), costs: lines, settledCosts: lines };
  const mine = and(eq(sessions.id, row.id), eq(sessions.organizationId, organizationId));
  await db.batch([
    settleRow(db, mine),
    db.delete(sessions).where(mine),
    db.insert(sessions).values(row),
    // They count the events of another log.
    trashSnapshotsOf(db, organizationId, row.id, { untilMs: row.importedAtMs ?? 0, by: row.userId }),
  ]);
  return { seq: summary.lastSeq, refusedCount: summary.refusedCount };
}

/**
 * Removes a deleted session's row, and by theirs its snapshots, of which the sweep takes the rest away. What it cost stays in the
 * roll-ups, because it was spent.
 */
export async function deleteSession(db: Db, organizationId: string, sessionId: string): Promise<void> {
  const where = and(eq(sessions.id, sessionId), eq(sessions.organizationId, organizationId));
  const ofSession = db
    .delete(snapshots)
    .where(and(eq(snapshots.organizationId, organizationId), eq(snapshots.sessionId, sessionId)));
  const inTrash = and(eq(trashedSessions.id, sessionId), eq(trashedSessions.organizationId, organizationId));
  await db.batch([settleRow(db, where), db.delete(sessions).where(where), db.delete(trashedSessions).where(inTrash), ofSession]);
}

const counters = [
  'events',
  'toolCalls',
  'errors',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costMicroUsd',
] as const satisfies (keyof typeof sessionDays.$inferInsert)[];

/** A row that counts nothing yet. */
const nothing = {
  eventCount: 0,
  toolCallCount: 0,
  errorCount: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicroUsd: 0,
  flushedSeq: 0,
  settledCosts: '[]',
} satisfies Partial<Row>;

/** A session's row, unless it has one already, in the trash included: what arrives late there is counted already. */
function insertFirst(db: Db, row: Row) {
  const values = Object.entries(getTableColumns(sessions)).map(([name, column]) =>
    sql.param(row[name as keyof Row] ?? null, column),
  );
  const isTrashed = sql`select 1 from ${trashedSessions} where ${eq(trashedSessions.id, row.id)}`;
  return db
    .insert(sessions)
    .select(sql`select ${sql.join(values, sql`, `)} where not exists (${isTrashed})`)
    .onConflictDoNothing();
}

/** The columns of a roll-up row, in the table's order, each counter less what the session's row counts already. */
function difference(row: Row) {
  const text = (value: string, name: string) => sql<string>`${value}`.as(name);
  const less = (value: number, column: SQLiteColumn, name: string) => sql<number>`${value} - ${column}`.as(name);
  return {
    organizationId: text(row.organizationId, 'organization_id'),
    day: text(dayOf(row), 'day'),
    projectId: text(row.projectId, 'project_id'),
    userId: text(row.userId, 'user_id'),
    agent: text(row.agent, 'agent'),
    model: text(row.model ?? '', 'model'),
    events: less(row.eventCount, sessions.eventCount, 'events'),
    toolCalls: less(row.toolCallCount, sessions.toolCallCount, 'tool_calls'),
    errors: less(row.errorCount, sessions.errorCount, 'errors'),
    inputTokens: less(row.inputTokens, sessions.inputTokens, 'r_input_tokens'),
    outputTokens: less(row.outputTokens, sessions.outputTokens, 'r_output_tokens'),
    cacheReadTokens: less(row.cacheReadTokens, sessions.cacheReadTokens, 'r_cache_read_tokens'),
    cacheWriteTokens: less(row.cacheWriteTokens, sessions.cacheWriteTokens, 'r_cache_write_tokens'),
    costMicroUsd: less(row.costMicroUsd, sessions.costMicroUsd, 'r_cost_micro_usd'),
  };
}

const dayOf = ({ lastEventAtMs }: Pick<Row, 'lastEventAtMs'>): string => new Date(lastEventAtMs).toISOString().slice(0, 10);

function rowOf(organizationId: string, summary: SessionSummary): Row {
  const { tokens } = summary;
  return {
    id: summary.id,
    organizationId,
    externalId: summary.externalId,
    projectId: summary.projectId,
    userId: summary.userId,
    agent: summary.agent,
    title: summary.title,
    status: summary.status,
    model: summary.model,
    cwd: summary.cwd,
    repository: summary.repository,
    gitBranch: summary.gitBranch,
    startedAtMs: Date.parse(summary.startedAt),
    endedAtMs: summary.endedAt === null ? null : Date.parse(summary.endedAt),
    lastEventAtMs: Date.parse(summary.lastEventAt),
    eventCount: summary.eventCount,
    toolCallCount: summary.toolCallCount,
    errorCount: summary.errorCount,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.cacheRead,
    cacheWriteTokens: tokens.cacheWrite,
    costMicroUsd: summary.costMicroUsd,
    unpricedCalls: summary.unpricedCalls,
    budgetLimitMicroUsd: summary.budget?.limitMicroUsd ?? null,
    reservedMicroUsd: summary.budget?.reservedMicroUsd ?? 0,
    refusedCount: summary.refusedCount,
    recentHooks: summary.recentHooks ? JSON.stringify(summary.recentHooks) : null,
    redactionCount: summary.redactionCount,
    activity: summary.activity,
    pendingApprovals: summary.approvals?.length ?? 0,
    parentId: summary.parentId,
    branch: summary.branch === undefined ? null : JSON.stringify(summary.branch),
    outcome: summary.outcome ?? null,
    tags: JSON.stringify(summary.tags),
    flushedSeq: summary.lastSeq,
    importedAtMs: summary.imported ? Date.parse(summary.imported.at) : null,
    importedFrom: summary.imported?.from ?? null,
  };
}
