import { and, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { Page } from '../../../wire/page.ts';
import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import type { Db } from '../db.ts';
import { before, type PageRequest, pageOf, rowsFor } from '../page.ts';
import { sessionDays, sessions } from '../schema/sessions.ts';
import { listed, summaryOf } from './summary-row.ts';

export interface SessionFilter extends PageRequest {
  statuses?: SessionStatus[] | undefined;
  projectId?: string | undefined;
  agent?: string | undefined;
  /** Whose child sessions. */
  parentId?: string | undefined;
}

/** An organization's sessions, newest activity first. Cursors are `<last event, ms>.<id>`; an unreadable one starts anew. */
export async function listSessions(db: Db, organizationId: string, filter: SessionFilter): Promise<Page<SessionSummary>> {
  const { statuses, projectId, agent, parentId, cursor } = filter;
  const rows = await db
    .select(listed)
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        statuses && inArray(sessions.status, statuses),
        projectId === undefined ? undefined : eq(sessions.projectId, projectId),
        agent === undefined ? undefined : eq(sessions.agent, agent),
        parentId === undefined ? undefined : eq(sessions.parentId, parentId),
        before(cursor, sessions.lastEventAtMs, sessions.id),
      ),
    )
    .orderBy(desc(sessions.lastEventAtMs), desc(sessions.id))
    .limit(rowsFor(filter));
  const summaries = rows.map(summaryOf);
  return pageOf(summaries, filter, cursorOf);
}

/** Sessions in which something waits for a person, newest activity first; what exactly, their rooms know. */
export async function listWaitingSessions(db: Db, organizationId: string, request: PageRequest): Promise<Page<SessionSummary>> {
  const rows = await db
    .select(listed)
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        // As the index has it: SQLite compares the words.
        sql`pending_approvals > 0`,
        before(request.cursor, sessions.lastEventAtMs, sessions.id),
      ),
    )
    .orderBy(desc(sessions.lastEventAtMs), desc(sessions.id))
    .limit(rowsFor(request));
  return pageOf(rows.map(summaryOf), request, cursorOf);
}

const cursorOf = ({ lastEventAt, id }: SessionSummary): string => `${Date.parse(lastEventAt)}.${id}`;

export interface SessionTotals {
  live: number;
  waiting: number;
  spentTodayMicroUsd: number;
  failedLastDay: number;
}

/** The strip above the list. Each count reads its own stretch of an index. */
export async function sessionTotals(db: Db, organizationId: string, nowMs: number): Promise<SessionTotals> {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const count = (condition: SQL | undefined) =>
    db
      .select({ count: sql<number>`count(*)` })
      .from(sessions)
      .where(and(eq(sessions.organizationId, organizationId), condition));
  const lastDay = gt(sessions.lastEventAtMs, nowMs - 24 * 3600_000);
  const [[live], [waiting], [failed], [spent]] = await db.batch([
    count(inArray(sessions.status, ['running', 'waiting', 'paused'])),
    count(eq(sessions.status, 'waiting')),
    count(and(inArray(sessions.status, ['failed', 'timed_out']), lastDay)),
    db
      .select({ micro: sql<number>`coalesce(sum(${sessionDays.costMicroUsd}), 0)` })
      .from(sessionDays)
      .where(and(eq(sessionDays.organizationId, organizationId), eq(sessionDays.day, today))),
  ]);
  return {
    live: live?.count ?? 0,
    waiting: waiting?.count ?? 0,
    spentTodayMicroUsd: spent?.micro ?? 0,
    failedLastDay: failed?.count ?? 0,
  };
}
