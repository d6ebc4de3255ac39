import { and, eq, exists, ne } from 'drizzle-orm';
import type { Db, Statement } from '../db.ts';
import { logins, passwordResets, users } from '../schema/identity.ts';

export interface NewUser {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  organizationId: string;
}

/** Fails on `users.email` when the address is taken. */
export const insertUser = (db: Db, user: NewUser, nowMs: number): Statement =>
  db.insert(users).values({
    id: user.id,
    email: user.email,
    name: user.name,
    passwordHash: user.passwordHash,
    lastOrganizationId: user.organizationId,
    createdAtMs: nowMs,
  });

export async function findUserByEmail(db: Db, email: string): Promise<{ id: string; passwordHash: string } | undefined> {
  return await db.select({ id: users.id, passwordHash: users.passwordHash }).from(users).where(eq(users.email, email)).get();
}

export async function findUser(db: Db, userId: string): Promise<{ name: string; email: string } | undefined> {
  return await db.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, userId)).get();
}

export async function findPasswordHash(db: Db, userId: string): Promise<string | undefined> {
  const row = await db.select({ passwordHash: users.passwordHash }).from(users).where(eq(users.id, userId)).get();
  return row?.passwordHash;
}

export const renameUser = (db: Db, userId: string, name: string): Statement =>
  db.update(users).set({ name }).where(eq(users.id, userId));

/**
 * Replaces the password whose hash was `before`, and ends the user's reset links and logins, all but `loginId`. Changes no user when
 * the password has changed since `before` was read: the logins then belong to whoever changed it.
 */
export function changePassword(db: Db, user: { id: string; before: string; passwordHash: string; loginId: string }): Statement[] {
  const { id, before, passwordHash, loginId } = user;
  // The batch's later statements see the new hash, and only the request that wrote it knows it: its salt is random.
  const changed = exists(
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash))),
  );
  return [
    db
      .update(users)
      .set({ passwordHash })
      .where(and(eq(users.id, id), eq(users.passwordHash, before))),
    db.delete(logins).where(and(eq(logins.userId, id), ne(logins.id, loginId), changed)),
    db.delete(passwordResets).where(and(eq(passwordResets.userId, id), changed)),
  ];
}

/** What requests without `X-Organization` are answered for from now on. */
export const rememberOrganization = (db: Db, organizationId: string, userId: string): Statement =>
  db.update(users).set({ lastOrganizationId: organizationId }).where(eq(users.id, userId));
