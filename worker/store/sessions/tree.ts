import { and, eq, inArray, sql } from 'drizzle-orm';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Db } from '../db.ts';
import { sessions } from '../schema/sessions.ts';
import { listed, summaryOf } from './summary-row.ts';

/** A session's parent, its parent's parent and so on, the nearest first; as many as `maxTreeDepth`. */
export async function ancestorsOf(db: Db, organizationId: string, sessionId: string): Promise<string[]> {
  const rows = await db.all<{ id: string }>(sql`
    WITH RECURSIVE kin (id, depth) AS (
      SELECT parent_id, 1 FROM sessions WHERE id = ${sessionId} AND organization_id = ${organizationId}
      UNION ALL
      SELECT sessions.parent_id, kin.depth + 1 FROM kin
      JOIN sessions ON sessions.id = kin.id AND sessions.organization_id = ${organizationId}
      WHERE kin.depth < ${limits.maxTreeDepth}
    )
    SELECT id FROM kin WHERE id IS NOT NULL ORDER BY depth`);
  return rows.map(({ id }) => id);
}

/** A session and all that descend from it, the nearest generations first where there are more than `maxTreeSessions`; in no order. */
export async function descendantsOf(db: Db, organizationId: string, rootId: string): Promise<SessionSummary[]> {
  const kin = sql`(
    WITH RECURSIVE kin (id, depth) AS (
      SELECT ${rootId}, 0
      UNION ALL
      SELECT sessions.id, kin.depth + 1 FROM kin
      JOIN sessions ON sessions.organization_id = ${organizationId} AND sessions.parent_id = kin.id
      WHERE kin.depth <= ${limits.maxTreeDepth}
      LIMIT ${limits.maxTreeSessions + 1}
    )
    SELECT id FROM kin)`;
  const rows = await db
    .select(listed)
    .from(sessions)
    .where(and(inArray(sessions.id, kin), eq(sessions.organizationId, organizationId)));
  return rows.map(summaryOf);
}

/** How many sessions one started or was branched into, `most` at the most. */
export async function childCount(db: Db, organizationId: string, parentId: string, most: number): Promise<number> {
  const children = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.organizationId, organizationId), eq(sessions.parentId, parentId)))
    .limit(most)
    .as('children');
  const [row] = await db.select({ count: sql<number>`count(*)` }).from(children);
  return row?.count ?? 0;
}
