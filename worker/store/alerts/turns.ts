import { and, asc, eq, gte, inArray, lte, notExists, sql } from 'drizzle-orm';
import { liveStatuses } from '../../domain/session.ts';
import { commit, type Db, type Statement } from '../db.ts';
import { alertTurns } from '../schema/alerts.ts';
import { sessions } from '../schema/sessions.ts';

/** Has the next run look at an organization, of which something is live again. Changes nothing, and costs no row, where one does anyway. */
export const wakeTurn = (db: Db, organizationId: string, dueAtMs: number) =>
  db
    .insert(alertTurns)
    .values({ organizationId, dueAtMs })
    .onConflictDoUpdate({
      target: alertTurns.organizationId,
      set: { dueAtMs },
      setWhere: sql`${alertTurns.dueAtMs} IS NULL`,
    }) satisfies Statement;

/** Organizations whose turn it is, the longest due first. */
export async function turnsDue(db: Db, nowMs: number, limit: number): Promise<{ id: string; dueAtMs: number }[]> {
  const rows = await db
    .select({ id: alertTurns.organizationId, dueAtMs: alertTurns.dueAtMs })
    .from(alertTurns)
    // The first condition as the index has it: SQLite compares the words.
    .where(and(sql`due_at_ms IS NOT NULL`, lte(alertTurns.dueAtMs, nowMs)))
    .orderBy(asc(alertTurns.dueAtMs))
    .limit(limit);
  return rows.flatMap(({ id, dueAtMs }) => (dueAtMs === null ? [] : [{ id, dueAtMs }]));
}

/** Moves an organization's turn; false where another run did. */
export async function moveAlertTurn(db: Db, id: string, fromMs: number, toMs: number): Promise<boolean> {
  const [changed] = await commit(db, [db.update(alertTurns).set({ dueAtMs: toMs }).where(isAt(id, fromMs))]);
  return changed === 1;
}

/** Ends an organization's turns where nothing of it is live, or was after `sinceMs`: one decision of D1's, so that none that begins is missed. */
export async function restTurn(db: Db, id: string, fromMs: number, sinceMs: number): Promise<void> {
  const mine = eq(sessions.organizationId, id);
  const live = db
    .select({ one: sql`1` })
    .from(sessions)
    .where(and(mine, inArray(sessions.status, liveStatuses)));
  const recent = db
    .select({ one: sql`1` })
    .from(sessions)
    .where(and(mine, gte(sessions.lastEventAtMs, sinceMs)));
  await commit(db, [
    db
      .update(alertTurns)
      .set({ dueAtMs: null })
      .where(and(isAt(id, fromMs), notExists(live), notExists(recent))),
  ]);
}

const isAt = (id: string, dueAtMs: number) => and(eq(alertTurns.organizationId, id), eq(alertTurns.dueAtMs, dueAtMs));
