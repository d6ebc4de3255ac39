import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Page } from '../../../wire/page.ts';
import type { TrashItem } from '../../../wire/trash.ts';
import { commit, type Db, type Statement } from '../db.ts';
import { isAnyOf } from '../is-any-of.ts';
import { before, type PageRequest, pageOf, rowsFor } from '../page.ts';
import { snapshots } from '../schema/archive.ts';
import { trashedSessions } from '../schema/sessions.ts';
import { trashCursorOf, trashItemOf } from '../trash-page.ts';
import { reasonOf } from './snapshot-reason.ts';

// As the indices have them: SQLite compares the words.
const isIn = sql`deleted_at_ms IS NOT NULL`;
const isOut = sql`deleted_at_ms IS NULL`;

export const trashSnapshot = (db: Db, organizationId: string, id: string, deletedAtMs: number, deletedBy: string): Statement =>
  db
    .update(snapshots)
    .set({ deletedAtMs, deletedBy })
    .where(and(eq(snapshots.id, id), eq(snapshots.organizationId, organizationId), isNull(snapshots.deletedAtMs)));

/**
 * Throws away those of a session that were taken by `untilMs`: what they were taken of was replaced. Those that came with what replaced it
 * were taken before, too, but came here at `untilMs`. May be repeated.
 */
export const trashSnapshotsOf = (
  db: Db,
  organizationId: string,
  sessionId: string,
  { untilMs, by }: { untilMs: number; by: string },
): Statement =>
  db
    .update(snapshots)
    .set({ deletedAtMs: untilMs, deletedBy: by })
    .where(
      and(
        eq(snapshots.organizationId, organizationId),
        eq(snapshots.sessionId, sessionId),
        isNull(snapshots.deletedAtMs),
        lte(snapshots.createdAtMs, untilMs),
        or(isNull(snapshots.restoredAtMs), lt(snapshots.restoredAtMs, untilMs)),
      ),
    );

/** Takes one out again; changes no row where it is not in the trash, or its session is. */
export const untrashSnapshot = (db: Db, organizationId: string, id: string, restoredAtMs: number): Statement =>
  db
    .update(snapshots)
    .set({ deletedAtMs: null, deletedBy: null, restoredAtMs })
    .where(
      and(
        eq(snapshots.id, id),
        eq(snapshots.organizationId, organizationId),
        isNotNull(snapshots.deletedAtMs),
        sql`not exists (select 1 from ${trashedSessions} where ${trashedSessions.id} = ${snapshots.sessionId})`,
      ),
    );

/** Those in the trash, the latest first, the ones of sessions in it included. */
export async function listTrashedSnapshots(db: Db, organizationId: string, page: PageRequest): Promise<Page<TrashItem>> {
  const { id, sessionId, name, reason, createdAtMs, deletedAtMs, deletedBy } = snapshots;
  const rows = await db
    .select({ id, sessionId, title: name, reason, createdAtMs, deletedAtMs, deletedBy })
    .from(snapshots)
    .where(and(eq(snapshots.organizationId, organizationId), isIn, before(page.cursor, deletedAtMs, id)))
    .orderBy(desc(deletedAtMs), desc(id))
    .limit(rowsFor(page));
  const items = rows.map(({ reason: why, createdAtMs: atMs, ...row }) =>
    trashItemOf({ ...row, kind: 'snapshot', taken: { reason: reasonOf(why), at: new Date(atMs).toISOString() } }),
  );
  return pageOf(items, page, trashCursorOf);
}

interface Kept {
  id: string;
  projectId: string;
}

export async function findTrashedSnapshot(db: Db, organizationId: string, id: string): Promise<Kept | undefined> {
  const where = and(eq(snapshots.id, id), eq(snapshots.organizationId, organizationId), isNotNull(snapshots.deletedAtMs));
  return db.select({ id: snapshots.id, projectId: snapshots.projectId }).from(snapshots).where(where).get();
}

/** Those that have lain in the trash since `untilMs`, the oldest first. */
export async function expiredSnapshots(db: Db, organizationId: string, untilMs: number, limit: number): Promise<Kept[]> {
  return db
    .select({ id: snapshots.id, projectId: snapshots.projectId })
    .from(snapshots)
    .where(and(eq(snapshots.organizationId, organizationId), isIn, lte(snapshots.deletedAtMs, untilMs)))
    .orderBy(asc(snapshots.deletedAtMs), asc(snapshots.id))
    .limit(limit);
}

/** Throws away what was taken or last brought back by `untilMs`, the oldest first and so many at most; answers how many those were. */
export async function trashOldSnapshots(
  db: Db,
  organizationId: string,
  { untilMs, limit, nowMs }: { untilMs: number; limit: number; nowMs: number },
): Promise<number> {
  const isNotBack = or(isNull(snapshots.restoredAtMs), lte(snapshots.restoredAtMs, untilMs));
  const old = db
    .select({ id: snapshots.id })
    .from(snapshots)
    .where(and(eq(snapshots.organizationId, organizationId), isOut, lte(snapshots.createdAtMs, untilMs), isNotBack))
    .orderBy(asc(snapshots.createdAtMs), asc(snapshots.id))
    .limit(limit);
  const [changed] = await commit(db, [
    db
      .update(snapshots)
      .set({ deletedAtMs: nowMs })
      .where(and(inArray(snapshots.id, old), eq(snapshots.organizationId, organizationId))),
  ]);
  return changed ?? 0;
}

/** For good: the rows by which they are seen. What else there is of them, the sweep takes. */
export const deleteSnapshots = (db: Db, organizationId: string, ids: readonly string[]): Statement =>
  db.delete(snapshots).where(and(isAnyOf(snapshots.id, ids), eq(snapshots.organizationId, organizationId)));
