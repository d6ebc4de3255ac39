import { and, asc, count, eq, gt, inArray, isNull, ne, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Member, Role } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import { rolesThat } from '../../domain/access.ts';
import type { Db, Statement } from '../db.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import { apiTokens, ingestTokens, memberships, users } from '../schema/identity.ts';

/** In the order of their user ids: who signed up first comes first. */
export async function listMembers(db: Db, organizationId: string, page: PageRequest): Promise<Page<Member>> {
  const rows = await db
    .select({ membership: memberships, user: { id: users.id, email: users.email, name: users.name } })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.organizationId, organizationId), gt(memberships.userId, page.cursor ?? '')))
    .orderBy(asc(memberships.userId))
    .limit(rowsFor(page));
  const members = rows.map(({ user, membership }) => ({
    user,
    role: membership.role,
    joinedAt: new Date(membership.joinedAtMs).toISOString(),
  }));
  return pageOf(members, page, (member) => member.user.id);
}

export async function findRole(db: Db, organizationId: string, userId: string): Promise<Role | undefined> {
  const row = await db.select({ role: memberships.role }).from(memberships).where(isMember(organizationId, userId)).get();
  return row?.role;
}

/** Who a member is, and what they may do. */
export async function findMember(
  db: Db,
  organizationId: string,
  userId: string,
): Promise<{ name: string; role: Role } | undefined> {
  return await db
    .select({ name: users.name, role: memberships.role })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(isMember(organizationId, userId))
    .get();
}

export async function countMembers(db: Db, organizationId: string): Promise<number> {
  const row = await db.select({ n: count() }).from(memberships).where(eq(memberships.organizationId, organizationId)).get();
  return row?.n ?? 0;
}

/** All memberships of a user, whatever the organization. */
export async function listMembershipsOfUser(db: Db, userId: string): Promise<{ organizationId: string; role: Role }[]> {
  return await db
    .select({ organizationId: memberships.organizationId, role: memberships.role })
    .from(memberships)
    .where(eq(memberships.userId, userId));
}

/** The first statement changes no row where it would leave the organization without an owner; then the rest does nothing. */
export const changeRole = (db: Db, organizationId: string, userId: string, role: Role, nowMs: number): Statement[] => [
  db
    .update(memberships)
    .set({ role })
    .where(and(isMember(organizationId, userId), role === 'owner' ? undefined : keepsAnOwner(db, organizationId))),
  revokeIngestTokensWithoutRight(db, organizationId, userId, nowMs),
];

/** As with `changeRole`. What the user's tokens could do ends in the same batch. */
export const removeMember = (db: Db, organizationId: string, userId: string, nowMs: number): Statement[] => [
  db.delete(memberships).where(and(isMember(organizationId, userId), keepsAnOwner(db, organizationId))),
  revokeIngestTokensWithoutRight(db, organizationId, userId, nowMs),
  db
    .update(apiTokens)
    .set({ revokedAtMs: nowMs })
    .where(
      and(
        eq(apiTokens.organizationId, organizationId),
        eq(apiTokens.userId, userId),
        isNull(apiTokens.revokedAtMs),
        notExists(db.select({ one: sql`1` }).from(memberships).where(isMember(organizationId, userId))),
      ),
    ),
];

const isMember = (organizationId: string, userId: string) =>
  and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId));

/** True for everybody but the last owner. Decided inside the write, so that two owners cannot both leave at once. */
function keepsAnOwner(db: Db, organizationId: string) {
  const owners = alias(memberships, 'owners');
  const others = db
    .select({ n: count() })
    .from(owners)
    .where(and(eq(owners.organizationId, organizationId), eq(owners.role, 'owner')));
  return or(ne(memberships.role, 'owner'), gt(sql`(${others})`, 1));
}

/** An ingest token works without a look at roles, so it ends when its user's role no longer allows to make one. */
const revokeIngestTokensWithoutRight = (db: Db, organizationId: string, userId: string, nowMs: number) =>
  db
    .update(ingestTokens)
    .set({ revokedAtMs: nowMs })
    .where(
      and(
        eq(ingestTokens.organizationId, organizationId),
        isNull(ingestTokens.revokedAtMs),
        eq(ingestTokens.userId, userId),
        notExists(
          db
            .select({ one: sql`1` })
            .from(memberships)
            .where(and(isMember(organizationId, userId), inArray(memberships.role, rolesThat('ingest_token.create')))),
        ),
      ),
    );
