import { lte } from 'drizzle-orm';
import { commit, type Db } from '../db.ts';
import { invitations, logins, passwordResets, receipts } from '../schema/identity.ts';

/** Deletes what has expired: receipts, invitations, password resets, logins. Answers how many rows went. */
export async function sweepIdentity(db: Db, nowMs: number): Promise<number> {
  const changes = await commit(db, [
    db.delete(receipts).where(lte(receipts.expiresAtMs, nowMs)),
    db.delete(invitations).where(lte(invitations.expiresAtMs, nowMs)),
    db.delete(passwordResets).where(lte(passwordResets.expiresAtMs, nowMs)),
    db.delete(logins).where(lte(logins.expiresAtMs, nowMs)),
  ]);
  return changes.reduce((sum, n) => sum + n, 0);
}
