import type { TokenInfo } from '../../../wire/identity.ts';

/** Sorts after every id: the cursor of a first page that runs from newest to oldest. */
export const afterAll = '\u007f';

interface TokenRow {
  id: string;
  name: string;
  projectId?: string;
  userId: string;
  createdAtMs: number;
  revokedAtMs: number | null;
}

export const toTokenInfo = (row: TokenRow): TokenInfo => ({
  id: row.id,
  name: row.name,
  projectId: row.projectId ?? null,
  userId: row.userId,
  createdAt: new Date(row.createdAtMs).toISOString(),
  revokedAt: row.revokedAtMs === null ? null : new Date(row.revokedAtMs).toISOString(),
});
