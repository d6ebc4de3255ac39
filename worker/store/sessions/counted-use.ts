import { and, between, eq, gte, inArray, or, sql } from 'drizzle-orm';
import type { CountedUse } from '../../domain/limits/earlier-use.ts';
import { liveStatuses } from '../../domain/session.ts';
import type { Db } from '../db.ts';
import { sessionDays, sessions } from '../schema/sessions.ts';

/** A session that ended so lately may have told the ledger of it before D1, or after. */
const lateMs = 10 * 60_000;

/** What the roll-ups count of today's events and this month's cost, and the sessions that may count a part of it themselves. */
export async function countedUse(db: Db, organizationId: string, nowMs: number): Promise<CountedUse> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const isToday = sql`${sessionDays.day} = ${day}`;
  const [[sums], live] = await db.batch([
    db
      .select({
        events: sql<number>`coalesce(sum(case when ${isToday} then ${sessionDays.events} end), 0)`,
        costMicroUsd: sql<number>`coalesce(sum(${sessionDays.costMicroUsd}), 0)`,
      })
      .from(sessionDays)
      .where(and(eq(sessionDays.organizationId, organizationId), between(sessionDays.day, `${day.slice(0, 7)}-01`, day))),
    db
      .select({ id: sessions.id, events: sessions.eventCount, costMicroUsd: sessions.costMicroUsd })
      .from(sessions)
      .where(
        and(
          eq(sessions.organizationId, organizationId),
          or(inArray(sessions.status, liveStatuses), gte(sessions.lastEventAtMs, nowMs - lateMs)),
        ),
      ),
  ]);
  return { events: sums?.events ?? 0, costMicroUsd: sums?.costMicroUsd ?? 0, sessions: live };
}
