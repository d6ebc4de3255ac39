import { eq } from 'drizzle-orm';
import type { Db, Statement } from '../db.ts';
import { users } from '../schema/identity.ts';

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

/** What requests without `X-Organization` are answered for from now on. */
export const rememberOrganization = (db: Db, organizationId: string, userId: string): Statement =>
  db.update(users).set({ lastOrganizationId: organizationId }).where(eq(users.id, userId));
