import { and, asc, desc, eq, lte, sql } from 'drizzle-orm';
import { limits } from '../../../wire/limits.ts';
import { RetentionReport } from '../../../wire/retention.ts';
import { commit, type Db } from '../db.ts';
import { retentionReports } from '../schema/archive.ts';
import { organizations } from '../schema/identity.ts';

/** Organizations whose turn it is, and when it has been. */
export async function organizationsDue(db: Db, nowMs: number, limit: number): Promise<{ id: string; dueAtMs: number }[]> {
  return db
    .select({ id: organizations.id, dueAtMs: organizations.retentionAtMs })
    .from(organizations)
    .where(lte(organizations.retentionAtMs, nowMs))
    .orderBy(asc(organizations.retentionAtMs))
    .limit(limit);
}

/** Moves an organization's turn; false where another run did. */
export async function moveTurn(db: Db, id: string, fromMs: number, toMs: number): Promise<boolean> {
  const [changed] = await commit(db, [
    db
      .update(organizations)
      .set({ retentionAtMs: toMs })
      .where(and(eq(organizations.id, id), eq(organizations.retentionAtMs, fromMs))),
  ]);
  return changed === 1;
}

/** Has the next run look at an organization, whose retention was changed. */
export async function hastenTurn(db: Db, id: string): Promise<void> {
  await commit(db, [db.update(organizations).set({ retentionAtMs: 0 }).where(eq(organizations.id, id))]);
}

/** Keeps a report, and the latest of those before it. */
export async function insertReport(db: Db, organizationId: string, { at, ...did }: RetentionReport): Promise<void> {
  const mine = eq(retentionReports.organizationId, organizationId);
  const oldest = sql`(select ${retentionReports.atMs} from ${retentionReports} where ${mine} order by ${retentionReports.atMs} desc limit 1 offset ${limits.maxRetentionReports})`;
  await commit(db, [
    db
      .insert(retentionReports)
      .values({ organizationId, atMs: Date.parse(at), did: JSON.stringify(did) })
      .onConflictDoNothing(),
    db.delete(retentionReports).where(and(mine, lte(retentionReports.atMs, oldest))),
  ]);
}

/** The latest first. One that a later version wrote is left out. */
export async function listReports(db: Db, organizationId: string): Promise<RetentionReport[]> {
  const rows = await db
    .select()
    .from(retentionReports)
    .where(eq(retentionReports.organizationId, organizationId))
    .orderBy(desc(retentionReports.atMs))
    .limit(limits.maxRetentionReports);
  return rows.flatMap(({ atMs, did }) => {
    const report = RetentionReport.safeParse({ ...JSON.parse(did), at: new Date(atMs).toISOString() });
    return report.success ? [report.data] : [];
  });
}
