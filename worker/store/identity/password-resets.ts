import { and, eq, gt, sql } from 'drizzle-orm';
import type { Db, Statement } from '../db.ts';
import { logins, passwordResets, users } from '../schema/identity.ts';

export interface OpenReset {
  secretHash: string;
  userId: string;
  organizationId: string;
  createdBy: string;
  expiresAtMs: number;
}

export const insertPasswordReset = (db: Db, organizationId: string, reset: Omit<OpenReset, 'organizationId'>): Statement =>
  db.insert(passwordResets).values({ ...reset, organizationId });

export async function findPasswordReset(db: Db, secretHash: string, nowMs: number): Promise<OpenReset | undefined> {
  return await db.select().from(passwordResets).where(isOpen(secretHash, nowMs)).get();
}

/** Sets the password, ends all of the user's logins and all of their reset links. Changes no row when the link is used up. */
export function usePasswordReset(db: Db, secretHash: string, passwordHash: string, nowMs: number): Statement[] {
  const user = sql<string>`(${db.select({ userId: passwordResets.userId }).from(passwordResets).where(isOpen(secretHash, nowMs))})`;
  return [
    db.update(users).set({ passwordHash }).where(eq(users.id, user)),
    db.delete(logins).where(eq(logins.userId, user)),
    db.delete(passwordResets).where(eq(passwordResets.userId, user)),
  ];
}

const isOpen = (secretHash: string, nowMs: number) =>
  and(eq(passwordResets.secretHash, secretHash), gt(passwordResets.expiresAtMs, nowMs));
