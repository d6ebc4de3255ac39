import { and, asc, eq, gt } from 'drizzle-orm';
import { limits } from '../../../wire/limits.ts';
import type { Person } from '../../domain/actor.ts';
import type { LoginState } from '../../domain/login.ts';
import type { Db, Statement } from '../db.ts';
import { logins, memberships, organizations, users } from '../schema/identity.ts';

export const insertLogin = (db: Db, login: { id: string; userId: string }, nowMs: number): Statement =>
  db.insert(logins).values({
    id: login.id,
    userId: login.userId,
    generation: 1,
    rotatedAtMs: nowMs,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + limits.refreshTokenTtlMs,
  });

/** The person behind a login in force, with all their organizations (oldest membership first). */
export async function findLogin(
  db: Db,
  loginId: string,
  nowMs: number,
): Promise<{ person: Person; login: LoginState } | undefined> {
  const rows = await db
    .select({ login: logins, user: users, membership: memberships, organization: organizations })
    .from(logins)
    .innerJoin(users, eq(users.id, logins.userId))
    .leftJoin(memberships, eq(memberships.userId, users.id))
    .leftJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(logins.id, loginId), gt(logins.expiresAtMs, nowMs)))
    .orderBy(asc(memberships.joinedAtMs));
  const first = rows[0];
  if (!first) return undefined;
  const { user, login } = first;
  const person: Person = {
    kind: 'login',
    credentialId: login.id,
    user: { id: user.id, email: user.email, name: user.name },
    lastOrganizationId: user.lastOrganizationId,
    organizations: rows.flatMap(({ membership, organization }) =>
      membership && organization ? [{ id: organization.id, name: organization.name, role: membership.role }] : [],
    ),
  };
  return { person, login: { generation: login.generation, rotatedAtMs: login.rotatedAtMs } };
}

/** Moves on to the next refresh token; false when another request did so first. */
export async function rotateLogin(db: Db, loginId: string, generation: number, nowMs: number): Promise<boolean> {
  const result = await db
    .update(logins)
    .set({ generation: generation + 1, rotatedAtMs: nowMs, expiresAtMs: nowMs + limits.refreshTokenTtlMs })
    .where(and(eq(logins.id, loginId), eq(logins.generation, generation)))
    .run();
  return result.meta.changes > 0;
}

/** Ends a login: none of its tokens works from now on. */
export const deleteLogin = (db: Db, loginId: string): Statement => db.delete(logins).where(eq(logins.id, loginId));
