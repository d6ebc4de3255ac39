import { and, asc, eq, gt, gte, or } from 'drizzle-orm';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import type { Db } from '../db.ts';
import { pageOf, rowsFor } from '../page.ts';
import { sessions } from '../schema/sessions.ts';

/**
 * The ids of sessions that were active since then, the longest silent first: one that goes on meanwhile moves ahead of the cursor
 * and is not missed. Cursors are `<last event, ms>.<id>`.
 */
export async function sessionsSince(
  db: Db,
  organizationId: string,
  sinceMs: number,
  cursor: string | undefined,
): Promise<Page<string>> {
  const page = { limit: limits.maxRecalculatedSessions };
  const [ms = '', id = ''] = cursor?.split('.') ?? [];
  const rows = await db
    .select({ id: sessions.id, atMs: sessions.lastEventAtMs })
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        gte(sessions.lastEventAtMs, cursor === undefined ? sinceMs : Number(ms)),
        cursor === undefined ? undefined : or(gt(sessions.lastEventAtMs, Number(ms)), gt(sessions.id, id)),
      ),
    )
    .orderBy(asc(sessions.lastEventAtMs), asc(sessions.id))
    .limit(rowsFor(page));
  const { items, nextCursor } = pageOf(rows, page, (row) => `${row.atMs}.${row.id}`);
  return { items: items.map((row) => row.id), nextCursor };
}
