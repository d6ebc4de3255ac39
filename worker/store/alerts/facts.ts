import { and, desc, eq, gte, inArray } from 'drizzle-orm';
import { SessionStatus } from '../../../wire/session.ts';
import type { Failure, SessionFact } from '../../domain/alerts/facts.ts';
import { hooksIn } from '../../domain/recent-hooks.ts';
import { liveStatuses } from '../../domain/session.ts';
import type { Db } from '../db.ts';
import { isAnyOf } from '../is-any-of.ts';
import { sessions } from '../schema/sessions.ts';

const columns = {
  id: sessions.id,
  projectId: sessions.projectId,
  title: sessions.title,
  agent: sessions.agent,
  status: sessions.status,
  lastSeq: sessions.flushedSeq,
  lastEventAtMs: sessions.lastEventAtMs,
  endedAtMs: sessions.endedAtMs,
  costMicroUsd: sessions.costMicroUsd,
  errorCount: sessions.errorCount,
  eventCount: sessions.eventCount,
  recentHooks: sessions.recentHooks,
  asks: sessions.pendingApprovals,
  importedAtMs: sessions.importedAtMs,
};

/** What the index knows of sessions that are live, were heard of after `sinceMs`, or are named. What was imported ran elsewhere. */
export async function watchedSessions(
  db: Db,
  organizationId: string,
  { sinceMs, ids, limit }: { sinceMs: number; ids: readonly string[]; limit: number },
): Promise<SessionFact[]> {
  const mine = eq(sessions.organizationId, organizationId);
  const latest = desc(sessions.lastEventAtMs);
  const [named, live, recent] = await db.batch([
    db
      .select(columns)
      .from(sessions)
      .where(and(isAnyOf(sessions.id, ids), mine)),
    db
      .select(columns)
      .from(sessions)
      .where(and(mine, inArray(sessions.status, liveStatuses)))
      .orderBy(latest)
      .limit(limit),
    db
      .select(columns)
      .from(sessions)
      .where(and(mine, gte(sessions.lastEventAtMs, sinceMs)))
      .orderBy(latest)
      .limit(limit),
  ]);
  const byId = new Map([...named, ...live, ...recent].map((row) => [row.id, row]));
  return [...byId.values()].flatMap(({ importedAtMs, status, recentHooks, ...row }) => {
    const known = SessionStatus.safeParse(status);
    return importedAtMs === null && known.success ? [{ ...row, status: known.data, recentHooks: hooksIn(recentHooks) }] : [];
  });
}

/** Sessions that failed after `sinceMs`, the latest first. */
export async function failuresSince(db: Db, organizationId: string, sinceMs: number, limit: number): Promise<Failure[]> {
  return db
    .select({ projectId: sessions.projectId, atMs: sessions.lastEventAtMs })
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        inArray(sessions.status, ['failed', 'timed_out']),
        gte(sessions.lastEventAtMs, sinceMs),
      ),
    )
    .orderBy(desc(sessions.lastEventAtMs))
    .limit(limit);
}
