import { and, asc, desc, eq, getTableColumns, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Page } from '../../../wire/page.ts';
import type { TrashItem } from '../../../wire/trash.ts';
import type { Db } from '../db.ts';
import { before, type PageRequest, pageOf, rowsFor } from '../page.ts';
import { snapshots } from '../schema/archive.ts';
import { sessions, trashedSessions } from '../schema/sessions.ts';
import { trashCursorOf, trashItemOf } from '../trash-page.ts';
import { settleRow } from './settle.ts';

const inList = (organizationId: string, id: string) => and(eq(sessions.id, id), eq(sessions.organizationId, organizationId));
const inTrash = (organizationId: string, id: string) =>
  and(eq(trashedSessions.id, id), eq(trashedSessions.organizationId, organizationId));
const itsSnapshots = (organizationId: string, id: string, when: SQL) =>
  and(eq(snapshots.organizationId, organizationId), eq(snapshots.sessionId, id), when);

/**
 * Moves a session's row from the list into the trash, and hides its snapshots; nothing changes where that is done already. What it
 * cost so far stays in the roll-ups.
 */
export async function trashSession(
  db: Db,
  organizationId: string,
  sessionId: string,
  { atMs, by }: { atMs: number; by: string | null },
): Promise<void> {
  const where = inList(organizationId, sessionId);
  const row = {
    ...getTableColumns(sessions),
    deletedAtMs: sql<number>`${atMs}`.as('deleted_at_ms'),
    deletedBy: sql<string | null>`${by}`.as('deleted_by'),
  };
  await db.batch([
    settleRow(db, where),
    db
      .update(sessions)
      .set({ settledCosts: sql`${sessions.costs}` })
      .where(where),
    db.insert(trashedSessions).select(db.select(row).from(sessions).where(where)).onConflictDoNothing(),
    db.delete(sessions).where(where),
    db
      .update(snapshots)
      .set({ deletedAtMs: atMs, deletedBy: by })
      .where(itsSnapshots(organizationId, sessionId, isNull(snapshots.deletedAtMs))),
  ]);
}

/** The way back, of the session and of the snapshots that were hidden with it. */
export async function untrashSession(db: Db, organizationId: string, sessionId: string, restoredAtMs: number): Promise<void> {
  const where = inTrash(organizationId, sessionId);
  const { deletedAtMs, deletedBy: _, ...row } = getTableColumns(trashedSessions);
  const withIt = sql`${snapshots.deletedAtMs} = (select ${deletedAtMs} from ${trashedSessions} where ${where})`;
  await db.batch([
    db.insert(sessions).select(db.select(row).from(trashedSessions).where(where)).onConflictDoNothing(),
    db
      .update(snapshots)
      .set({ deletedAtMs: null, deletedBy: null, restoredAtMs })
      .where(itsSnapshots(organizationId, sessionId, withIt)),
    db.delete(trashedSessions).where(where),
  ]);
}

/** The sessions that an organization threw away, the latest first. */
export async function listTrashedSessions(db: Db, organizationId: string, page: PageRequest): Promise<Page<TrashItem>> {
  const { id, title, deletedAtMs, deletedBy } = trashedSessions;
  const rows = await db
    .select({ id, title, deletedAtMs, deletedBy })
    .from(trashedSessions)
    .where(and(eq(trashedSessions.organizationId, organizationId), before(page.cursor, deletedAtMs, id)))
    .orderBy(desc(deletedAtMs), desc(id))
    .limit(rowsFor(page));
  const items = rows.map((row) => trashItemOf({ ...row, kind: 'session', sessionId: row.id }));
  return pageOf(items, page, trashCursorOf);
}

/** Sessions that have lain in the trash since `untilMs`, the oldest first. */
export async function expiredSessions(db: Db, organizationId: string, untilMs: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: trashedSessions.id })
    .from(trashedSessions)
    .where(and(eq(trashedSessions.organizationId, organizationId), lte(trashedSessions.deletedAtMs, untilMs)))
    .orderBy(asc(trashedSessions.deletedAtMs), asc(trashedSessions.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Sessions of which nothing was heard since `untilMs`, the oldest first; an import was heard of when it came. */
export async function quietSessions(db: Db, organizationId: string, untilMs: number, limit: number): Promise<string[]> {
  const isOldHere = or(isNull(sessions.importedAtMs), lte(sessions.importedAtMs, untilMs));
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.organizationId, organizationId), lte(sessions.lastEventAtMs, untilMs), isOldHere))
    .orderBy(asc(sessions.lastEventAtMs), asc(sessions.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
