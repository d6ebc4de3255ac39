import { and, count, desc, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import type { TokenInfo } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import type { IngestActor } from '../../domain/actor.ts';
import type { Db, Statement } from '../db.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import { ingestTokens } from '../schema/identity.ts';
import { afterAll, toTokenInfo } from './token-info.ts';

export const insertIngestToken = (
  db: Db,
  organizationId: string,
  token: IngestActor & { name: string },
  nowMs: number,
): Statement =>
  db.insert(ingestTokens).values({
    id: token.tokenId,
    organizationId,
    projectId: token.projectId,
    userId: token.userId,
    name: token.name,
    createdAtMs: nowMs,
  });

/** Newest first, revoked ones included. */
export async function listIngestTokens(
  db: Db,
  organizationId: string,
  projectId: string,
  page: PageRequest,
): Promise<Page<TokenInfo>> {
  const rows = await db
    .select()
    .from(ingestTokens)
    .where(
      and(
        eq(ingestTokens.organizationId, organizationId),
        eq(ingestTokens.projectId, projectId),
        lt(ingestTokens.id, page.cursor ?? afterAll),
      ),
    )
    .orderBy(desc(ingestTokens.id))
    .limit(rowsFor(page));
  return pageOf(rows.map(toTokenInfo), page, (token) => token.id);
}

export async function findIngestToken(
  db: Db,
  organizationId: string,
  projectId: string,
  tokenId: string,
): Promise<TokenInfo | undefined> {
  const row = await db
    .select()
    .from(ingestTokens)
    .where(
      and(eq(ingestTokens.id, tokenId), eq(ingestTokens.organizationId, organizationId), eq(ingestTokens.projectId, projectId)),
    )
    .get();
  return row && toTokenInfo(row);
}

/** Tokens in force; revoked ones do not count against the cap. */
export async function countIngestTokens(db: Db, organizationId: string, projectId: string): Promise<number> {
  const row = await db
    .select({ n: count() })
    .from(ingestTokens)
    .where(
      and(
        eq(ingestTokens.organizationId, organizationId),
        eq(ingestTokens.projectId, projectId),
        isNull(ingestTokens.revokedAtMs),
      ),
    )
    .get();
  return row?.n ?? 0;
}

/** Revoking again keeps the first time. */
export const revokeIngestToken = (db: Db, organizationId: string, tokenId: string, nowMs: number): Statement =>
  db
    .update(ingestTokens)
    .set({ revokedAtMs: nowMs })
    .where(and(eq(ingestTokens.id, tokenId), eq(ingestTokens.organizationId, organizationId), isNull(ingestTokens.revokedAtMs)));

/** The revocation list: ids of all revoked tokens of an organization. */
export async function listRevokedIngestTokens(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .select({ id: ingestTokens.id })
    .from(ingestTokens)
    .where(and(eq(ingestTokens.organizationId, organizationId), isNotNull(ingestTokens.revokedAtMs)));
  return rows.map((row) => row.id);
}
