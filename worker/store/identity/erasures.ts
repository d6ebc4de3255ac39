import { and, asc, count, desc, eq, isNull, lt, lte, notExists, or, sql } from 'drizzle-orm';
import { type Erasure, erasedName } from '../../../wire/erasure.ts';
import type { Page } from '../../../wire/page.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { type ErasureProgress, newProgress } from '../../domain/archive/erasure-progress.ts';
import { commit, type Db, type Statement } from '../db.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import {
  apiTokens,
  erasures,
  ingestTokens,
  invitations,
  logins,
  memberships,
  passwordResets,
  users,
} from '../schema/identity.ts';
import { sessionDays, sessions, trashedSessions } from '../schema/sessions.ts';
import { removeMember } from './members.ts';
import { afterAll } from './token-info.ts';

/** An erasing that runs. */
export interface RunningErasure {
  organizationId: string;
  person: ErasedPerson;
  progress: ErasureProgress;
  dueAtMs: number;
}

/**
 * Ends what a person is and may do in an organization, and begins to erase them from it. As with `removeMember` the first statement changes no row
 * where the organization would be left without an owner; then the rest does nothing. Who belongs to no other organization ceases to be
 * a user.
 */
export function beginErasure(
  db: Db,
  organizationId: string,
  { person, totalSessions }: { person: ErasedPerson; totalSessions: number },
  { nowMs, dueAtMs }: { nowMs: number; dueAtMs: number },
): Statement[] {
  const { userId, name, email, pseudonym } = person;
  const isMember = and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId));
  const hasLeft = notExists(db.select({ one: sql`1` }).from(memberships).where(isMember));
  const isNobody = notExists(db.select({ one: sql`1` }).from(memberships).where(eq(memberships.userId, userId)));
  const progress = JSON.stringify(newProgress(totalSessions));
  const row = sql`select ${pseudonym}, ${organizationId}, ${userId}, ${name}, ${email}, ${nowMs}, null, ${dueAtMs}, ${progress} where ${hasLeft}`;
  const erasedUser = sql`select ${pseudonym}, ${pseudonym}, ${erasedName}, '', null, ${nowMs}
    where exists (select 1 from ${erasures} where ${erasures.id} = ${pseudonym})`;
  const inOrganization = (table: typeof apiTokens | typeof ingestTokens) =>
    and(eq(table.organizationId, organizationId), eq(table.userId, userId), hasLeft);
  return [
    ...removeMember(db, organizationId, userId, nowMs),
    db.insert(erasures).select(row).onConflictDoNothing(),
    db.delete(apiTokens).where(inOrganization(apiTokens)),
    // A token is known as revoked by its row, which stays.
    db.update(ingestTokens).set({ userId: pseudonym, name: erasedName }).where(inOrganization(ingestTokens)),
    db
      .delete(invitations)
      .where(
        and(
          eq(invitations.organizationId, organizationId),
          or(eq(invitations.invitedBy, userId), eq(invitations.email, email)),
          hasLeft,
        ),
      ),
    db
      .delete(passwordResets)
      .where(and(eq(passwordResets.userId, userId), eq(passwordResets.organizationId, organizationId), hasLeft)),
    db.delete(logins).where(and(eq(logins.userId, userId), isNobody)),
    db.delete(passwordResets).where(and(eq(passwordResets.userId, userId), isNobody)),
    db
      .update(users)
      .set({ lastOrganizationId: null })
      .where(and(eq(users.id, userId), eq(users.lastOrganizationId, organizationId), hasLeft)),
    db.delete(users).where(and(eq(users.id, userId), isNobody)),
    // By whom reports and lists name whose id is theirs.
    db.insert(users).select(erasedUser).onConflictDoNothing(),
  ];
}

/** Whether somebody who is no member was one: a token was theirs, or what their sessions used is still counted as theirs. */
export async function wasHere(db: Db, organizationId: string, userId: string): Promise<boolean> {
  const traces = [apiTokens, ingestTokens, sessionDays].map((table) =>
    db
      .select({ one: sql`1` })
      .from(table)
      .where(and(eq(table.organizationId, organizationId), eq(table.userId, userId)))
      .limit(1)
      .get(),
  );
  return (await Promise.all(traces)).some((trace) => trace !== undefined);
}

/** Members' sessions, in the list and in the trash. */
export async function countSessions(db: Db, organizationId: string): Promise<number> {
  const [listed, trashed] = await Promise.all([
    db.select({ n: count() }).from(sessions).where(eq(sessions.organizationId, organizationId)).get(),
    db.select({ n: count() }).from(trashedSessions).where(eq(trashedSessions.organizationId, organizationId)).get(),
  ]);
  return (listed?.n ?? 0) + (trashed?.n ?? 0);
}

/** The erasing of a person that runs. */
export async function findErasure(db: Db, organizationId: string, userId: string): Promise<Erasure | undefined> {
  const where = and(eq(erasures.organizationId, organizationId), eq(erasures.userId, userId));
  const row = await db.select().from(erasures).where(where).get();
  return row && erasureOf(row);
}

/** Those that run and those that are done, the latest first. */
export async function listErasures(db: Db, organizationId: string, page: PageRequest): Promise<Page<Erasure>> {
  const rows = await db
    .select()
    .from(erasures)
    .where(and(eq(erasures.organizationId, organizationId), lt(erasures.id, page.cursor ?? afterAll)))
    .orderBy(desc(erasures.id))
    .limit(rowsFor(page));
  return pageOf(rows.map(erasureOf), page, ({ id }) => id);
}

/** Those whose turn it is. */
export async function erasuresDue(db: Db, nowMs: number, limit: number): Promise<RunningErasure[]> {
  const rows = await db.select().from(erasures).where(lte(erasures.dueAtMs, nowMs)).orderBy(asc(erasures.dueAtMs)).limit(limit);
  return rows.flatMap(({ id, organizationId, userId, name, email, dueAtMs, progress }) => {
    if (userId === null || name === null || email === null || dueAtMs === null) return [];
    const person = { userId, name, email, pseudonym: id };
    // `saveProgress` wrote it.
    return [{ organizationId, person, dueAtMs, progress: JSON.parse(progress) as ErasureProgress }];
  });
}

/** Moves an erasing's turn; false where another run did. */
export async function moveErasure(db: Db, id: string, fromMs: number, toMs: number): Promise<boolean> {
  const [changed] = await commit(db, [
    db
      .update(erasures)
      .set({ dueAtMs: toMs })
      .where(and(eq(erasures.id, id), eq(erasures.dueAtMs, fromMs))),
  ]);
  return changed === 1;
}

export const saveProgress = (db: Db, id: string, progress: ErasureProgress): Statement =>
  db
    .update(erasures)
    .set({ progress: JSON.stringify(progress) })
    .where(and(eq(erasures.id, id), isNull(erasures.finishedAtMs)));

/** Done: from now on nobody knows who it was. */
export const finishErasure = (db: Db, id: string, nowMs: number): Statement =>
  db
    .update(erasures)
    .set({ userId: null, name: null, email: null, dueAtMs: null, finishedAtMs: nowMs })
    .where(eq(erasures.id, id));

function erasureOf({ id, name, startedAtMs, finishedAtMs, progress }: typeof erasures.$inferSelect): Erasure {
  // `saveProgress` wrote it.
  const { erasedSessions, erasedSnapshots, changedSessions, checkedSessions, totalSessions, again } = JSON.parse(
    progress,
  ) as ErasureProgress;
  return {
    id,
    name,
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: finishedAtMs === null ? null : new Date(finishedAtMs).toISOString(),
    erasedSessions,
    erasedSnapshots,
    changedSessions,
    checkedSessions,
    totalSessions,
    failures: again.length,
  };
}
