import { and, asc, desc, eq, isNull, lt, lte, ne } from 'drizzle-orm';
import type { Snapshot, SnapshotList } from '../../../wire/snapshot.ts';
import type { Db, Statement } from '../db.ts';
import { isAnyOf } from '../is-any-of.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import { snapshots } from '../schema/archive.ts';
import { reasonOf } from './snapshot-reason.ts';

export function insertSnapshot(db: Db, organizationId: string, snapshot: Snapshot): Statement {
  const { createdAt, ...rest } = snapshot;
  return db.insert(snapshots).values({ ...rest, organizationId, createdAtMs: Date.parse(createdAt) });
}

/** One that was taken elsewhere, and came here at `importedAtMs`; changes nothing where it is there. */
export function insertImportedSnapshot(db: Db, organizationId: string, snapshot: Snapshot, importedAtMs: number): Statement {
  const { createdAt, ...rest } = snapshot;
  return db
    .insert(snapshots)
    .values({ ...rest, organizationId, createdAtMs: Date.parse(createdAt), restoredAtMs: importedAtMs })
    .onConflictDoNothing();
}

/** All of a session's, and whether each is in the trash. */
export async function snapshotsOf(
  db: Db,
  organizationId: string,
  sessionId: string,
): Promise<{ snapshot: Snapshot; isTrashed: boolean }[]> {
  const rows = await db
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.organizationId, organizationId), eq(snapshots.sessionId, sessionId)));
  return rows.map((row) => ({ snapshot: snapshotOf(row), isTrashed: row.deletedAtMs !== null }));
}

export async function findSnapshot(db: Db, organizationId: string, id: string): Promise<Snapshot | undefined> {
  const row = await db
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.id, id), eq(snapshots.organizationId, organizationId), isNull(snapshots.deletedAtMs)))
    .get();
  return row && snapshotOf(row);
}

/** A session's snapshots, newest first. */
export async function listSnapshots(db: Db, organizationId: string, sessionId: string, page: PageRequest): Promise<SnapshotList> {
  const rows = await db
    .select()
    .from(snapshots)
    .where(and(ofSession(organizationId, sessionId), page.cursor === undefined ? undefined : lt(snapshots.id, page.cursor)))
    .orderBy(desc(snapshots.id))
    .limit(rowsFor(page));
  return pageOf(rows.map(snapshotOf), page, ({ id }) => id);
}

/** What a session's workspace was by an event: its latest snapshot until then. What was in the way of a restore is none of its own. */
export async function latestSnapshot(
  db: Db,
  organizationId: string,
  sessionId: string,
  seq: number,
): Promise<Snapshot | undefined> {
  const row = await db
    .select()
    .from(snapshots)
    .where(and(ofSession(organizationId, sessionId), lte(snapshots.seq, seq), ne(snapshots.reason, 'restore')))
    .orderBy(desc(snapshots.id))
    .limit(1)
    .get();
  return row && snapshotOf(row);
}

/** What a session's workspace was first. */
export async function firstSnapshot(db: Db, organizationId: string, sessionId: string): Promise<Snapshot | undefined> {
  const row = await db
    .select()
    .from(snapshots)
    .where(and(ofSession(organizationId, sessionId), ne(snapshots.reason, 'restore')))
    .orderBy(asc(snapshots.id))
    .limit(1)
    .get();
  return row && snapshotOf(row);
}

/** Those of the ids that there are, in the trash or not. */
export async function existingSnapshots(db: Db, organizationId: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .select({ id: snapshots.id })
    .from(snapshots)
    .where(and(isAnyOf(snapshots.id, ids), eq(snapshots.organizationId, organizationId)));
  return new Set(rows.map(({ id }) => id));
}

/** Those of a session that are not in the trash. */
const ofSession = (organizationId: string, sessionId: string) =>
  and(eq(snapshots.organizationId, organizationId), eq(snapshots.sessionId, sessionId), isNull(snapshots.deletedAtMs));

function snapshotOf(row: typeof snapshots.$inferSelect): Snapshot {
  const { organizationId: _, deletedAtMs: __, deletedBy: ___, restoredAtMs: ____, createdAtMs, reason, ...rest } = row;
  return { ...rest, reason: reasonOf(reason), createdAt: new Date(createdAtMs).toISOString() };
}
