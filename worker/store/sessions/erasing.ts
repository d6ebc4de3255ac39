import { and, asc, eq, getTableColumns, gt, gte, or, type SQL, sql } from 'drizzle-orm';
import { erasedName } from '../../../wire/erasure.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { commit, type Db } from '../db.ts';
import { isAnyOf } from '../is-any-of.ts';
import { snapshots } from '../schema/archive.ts';
import { sessionDays, sessions, trashedSessions } from '../schema/sessions.ts';
import { plusExcluded } from './settle.ts';

/** A session to be looked through, and the cursor after it. */
export interface LookedAt {
  id: string;
  userId: string;
  cursor: string;
}

/** The next sessions of the list, each once, in the order of their ids. */
export async function nextListed(db: Db, organizationId: string, cursor: string, limit: number): Promise<LookedAt[]> {
  const rows = await db
    .select({ id: sessions.id, userId: sessions.userId })
    .from(sessions)
    .where(and(eq(sessions.organizationId, organizationId), gt(sessions.id, cursor)))
    .orderBy(asc(sessions.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, cursor: row.id }));
}

/** The next of the trash, who came there first first: what is thrown away meanwhile comes last. Cursors are `<deleted, ms>.<id>`. */
export async function nextTrashed(db: Db, organizationId: string, cursor: string, limit: number): Promise<LookedAt[]> {
  const { id, userId, deletedAtMs } = trashedSessions;
  const [ms = '0', last = ''] = cursor.split('.');
  const rows = await db
    .select({ id, userId, deletedAtMs })
    .from(trashedSessions)
    .where(
      and(
        eq(trashedSessions.organizationId, organizationId),
        gte(deletedAtMs, Number(ms)),
        or(gt(deletedAtMs, Number(ms)), gt(id, last)),
      ),
    )
    .orderBy(asc(deletedAtMs), asc(id))
    .limit(limit);
  return rows.map((row) => ({ id: row.id, userId: row.userId, cursor: `${row.deletedAtMs}.${row.id}` }));
}

/** A session's snapshots, those in the trash too. */
export async function snapshotsOf(
  db: Db,
  organizationId: string,
  sessionId: string,
  limit: number,
): Promise<{ id: string; projectId: string }[]> {
  return db
    .select({ id: snapshots.id, projectId: snapshots.projectId })
    .from(snapshots)
    .where(and(eq(snapshots.organizationId, organizationId), eq(snapshots.sessionId, sessionId)))
    .limit(limit);
}

/** Takes a person out of the rows of other people's sessions, and of their snapshots. May be repeated. */
export async function eraseFromRows(
  db: Db,
  organizationId: string,
  sessionIds: readonly string[],
  { userId, name, pseudonym }: ErasedPerson,
): Promise<void> {
  const taken = and(eq(snapshots.organizationId, organizationId), isAnyOf(snapshots.sessionId, sessionIds));
  const trashed = and(isAnyOf(trashedSessions.id, sessionIds), eq(trashedSessions.organizationId, organizationId));
  const { outcome } = trashedSessions;
  const signed = `by ${name} in Flightdeck`;
  await commit(db, [
    db
      .update(snapshots)
      .set({ createdBy: pseudonym })
      .where(and(taken, eq(snapshots.createdBy, userId))),
    db
      .update(snapshots)
      .set({ deletedBy: pseudonym })
      .where(and(taken, eq(snapshots.deletedBy, userId))),
    db
      .update(trashedSessions)
      .set({ deletedBy: pseudonym })
      .where(and(trashed, eq(trashedSessions.deletedBy, userId))),
    // Its agent's last words may repeat ours; of a session in the list, its room says so.
    db
      .update(trashedSessions)
      .set({ outcome: sql`replace(${outcome}, ${signed}, ${`by ${erasedName} in Flightdeck`})` })
      .where(and(trashed, sql`instr(${outcome}, ${signed}) > 0`)),
  ]);
}

/** What a person's sessions came to each day counts as another's from now on. May be repeated, and finds what came late. */
export async function moveDays(db: Db, organizationId: string, fromUserId: string, toUserId: string): Promise<void> {
  const where = and(eq(sessionDays.organizationId, organizationId), eq(sessionDays.userId, fromUserId));
  const { organizationId: _, ...columns } = getTableColumns(sessionDays);
  const { organizationId: org, day, projectId, userId, agent, model } = sessionDays;
  const counters = [
    'events',
    'toolCalls',
    'errors',
    'inputTokens',
    'outputTokens',
    'cacheReadTokens',
    'cacheWriteTokens',
    'costMicroUsd',
  ] as const;
  const plus: [string, SQL][] = counters.map((name) => [name, plusExcluded(columns[name])]);
  await commit(db, [
    db
      .insert(sessionDays)
      .select(
        db
          .select({ ...getTableColumns(sessionDays), userId: sql<string>`${toUserId}`.as('user_id') })
          .from(sessionDays)
          .where(where),
      )
      .onConflictDoUpdate({ target: [org, day, projectId, userId, agent, model], set: Object.fromEntries(plus) }),
    db.delete(sessionDays).where(where),
  ]);
}
