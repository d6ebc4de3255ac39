import { and, eq, gte, inArray, type SQL, sql } from 'drizzle-orm';
import type { Budget } from '../../../wire/budget.ts';
import { liveStatuses } from '../../domain/session.ts';
import type { Db } from '../db.ts';
import { sessions } from '../schema/sessions.ts';

/**
 * What the sessions that run now have spent, as their last flushes said: in all, and how many have spent `limit` by themselves. Those
 * that began before `sinceMs` are left out, because nobody can tell which part of theirs came since.
 */
export async function liveSpending(
  db: Db,
  organizationId: string,
  { scope, scopeId, unit, limit }: Pick<Budget, 'scope' | 'scopeId' | 'unit' | 'limit'>,
  sinceMs: number | null,
): Promise<{ spent: number; sessionsBeyond: number }> {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costMicroUsd } = sessions;
  const spent: SQL =
    unit === 'tokens' ? sql`${inputTokens} + ${outputTokens} + ${cacheReadTokens} + ${cacheWriteTokens}` : sql`${costMicroUsd}`;
  const [found] = await db
    .select({
      spent: sql<number>`coalesce(sum(${spent}), 0)`,
      sessionsBeyond: sql<number>`coalesce(sum(${spent} >= ${limit}), 0)`,
    })
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        inArray(sessions.status, liveStatuses),
        sinceMs === null ? undefined : gte(sessions.startedAtMs, sinceMs),
        scopeId === null ? undefined : eq(scope === 'user' ? sessions.userId : sessions.projectId, scopeId),
      ),
    );
  return found ?? { spent: 0, sessionsBeyond: 0 };
}
