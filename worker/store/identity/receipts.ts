import { and, eq, gt, lte } from 'drizzle-orm';
import type { Db, Statement } from '../db.ts';
import { receipts } from '../schema/identity.ts';

export interface StoredReceipt {
  id: string;
  requestMac: string;
  status: number;
  sealedBody: string;
  expiresAtMs: number;
}

/** Fails on `receipts.id` while an earlier one is in force: of two requests under one key, one has an effect. */
export const insertReceipt = (db: Db, receipt: StoredReceipt, nowMs: number): Statement[] => [
  db.delete(receipts).where(and(eq(receipts.id, receipt.id), lte(receipts.expiresAtMs, nowMs))),
  db.insert(receipts).values(receipt),
];

export async function findReceipt(db: Db, id: string, nowMs: number): Promise<StoredReceipt | undefined> {
  return await db
    .select()
    .from(receipts)
    .where(and(eq(receipts.id, id), gt(receipts.expiresAtMs, nowMs)))
    .get();
}
