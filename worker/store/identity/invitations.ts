import { and, count, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { Invitation, Role } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import type { Db, Statement } from '../db.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import { invitations, memberships, organizations, users } from '../schema/identity.ts';
import { afterAll } from './token-info.ts';

export interface NewInvitation {
  id: string;
  email: string | null;
  role: Role;
  invitedBy: string;
  secretHash: string;
  createdAtMs: number;
  expiresAtMs: number;
}

export const insertInvitation = (db: Db, organizationId: string, invitation: NewInvitation): Statement =>
  db.insert(invitations).values({ organizationId, ...invitation });

/** Those still open, newest first. */
export async function listInvitations(
  db: Db,
  organizationId: string,
  page: PageRequest,
  nowMs: number,
): Promise<Page<Invitation>> {
  const rows = await db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        lt(invitations.id, page.cursor ?? afterAll),
        gt(invitations.expiresAtMs, nowMs),
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(rowsFor(page));
  return pageOf(rows.map(toInvitation), page, (invitation) => invitation.id);
}

export async function countInvitations(db: Db, organizationId: string): Promise<number> {
  const row = await db.select({ n: count() }).from(invitations).where(eq(invitations.organizationId, organizationId)).get();
  return row?.n ?? 0;
}

export const deleteInvitation = (db: Db, organizationId: string, invitationId: string): Statement =>
  db.delete(invitations).where(and(eq(invitations.id, invitationId), eq(invitations.organizationId, organizationId)));

/** An invitation as its link finds it, with the role that the one who invited holds now. */
export interface OpenInvitation {
  organization: { id: string; name: string };
  role: Role;
  email: string | null;
  inviter: { name: string; role: Role };
}

/** undefined when there is none, it has expired, or whoever invited is no longer a member. */
export async function findInvitation(db: Db, secretHash: string, nowMs: number): Promise<OpenInvitation | undefined> {
  return await db
    .select({
      organization: { id: organizations.id, name: organizations.name },
      role: invitations.role,
      email: invitations.email,
      inviter: { name: users.name, role: memberships.role },
    })
    .from(invitations)
    .innerJoin(organizations, eq(organizations.id, invitations.organizationId))
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .innerJoin(
      memberships,
      and(eq(memberships.organizationId, invitations.organizationId), eq(memberships.userId, invitations.invitedBy)),
    )
    .where(and(eq(invitations.secretHash, secretHash), gt(invitations.expiresAtMs, nowMs)))
    .get();
}

/**
 * Uses an invitation up. Were it gone by the time of the write, its organization reads as NULL, which a membership refuses:
 * then the whole batch fails, and of two people with one link one gets in.
 */
export function acceptInvitation(db: Db, secretHash: string, userId: string, nowMs: number): Statement[] {
  const found = and(eq(invitations.secretHash, secretHash), gt(invitations.expiresAtMs, nowMs));
  const read = <T>(column: SQL.Aliased | typeof invitations.organizationId | typeof invitations.role) =>
    sql<T>`(${db.select({ value: column }).from(invitations).where(found)})`;
  return [
    db.insert(memberships).values({
      organizationId: read<string>(invitations.organizationId),
      userId,
      role: read<Role>(invitations.role),
      joinedAtMs: nowMs,
    }),
    db.delete(invitations).where(eq(invitations.secretHash, secretHash)),
  ];
}

const toInvitation = (row: typeof invitations.$inferSelect): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  invitedBy: row.invitedBy,
  createdAt: new Date(row.createdAtMs).toISOString(),
  expiresAt: new Date(row.expiresAtMs).toISOString(),
});
