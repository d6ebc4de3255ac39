import { eq } from 'drizzle-orm';
import type { Role } from '../../../wire/identity.ts';
import type { Db, Statement } from '../db.ts';
import { memberships, organizations } from '../schema/identity.ts';

export const insertOrganization = (db: Db, organization: { id: string; name: string }, nowMs: number): Statement =>
  db.insert(organizations).values({ id: organization.id, name: organization.name, createdAtMs: nowMs });

export const renameOrganization = (db: Db, organizationId: string, name: string): Statement =>
  db.update(organizations).set({ name }).where(eq(organizations.id, organizationId));

/** Fails on `memberships.organization_id` (the key's first column) when the user is a member already. */
export const insertMembership = (
  db: Db,
  organizationId: string,
  member: { userId: string; role: Role },
  nowMs: number,
): Statement => db.insert(memberships).values({ organizationId, userId: member.userId, role: member.role, joinedAtMs: nowMs });
