import { and, count, desc, eq, isNull, lt } from 'drizzle-orm';
import type { TokenInfo } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import type { Person } from '../../domain/actor.ts';
import type { Db, Statement } from '../db.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import { apiTokens, memberships, organizations, users } from '../schema/identity.ts';
import { afterAll, toTokenInfo } from './token-info.ts';

/** The person behind an API token in force, in the one organization it is bound to, with the role they hold now. */
export async function findPersonByApiToken(db: Db, secretHash: string): Promise<Person | undefined> {
  const row = await db
    .select({ tokenId: apiTokens.id, user: users, role: memberships.role, organization: organizations })
    .from(apiTokens)
    .innerJoin(
      memberships,
      and(eq(memberships.organizationId, apiTokens.organizationId), eq(memberships.userId, apiTokens.userId)),
    )
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .innerJoin(organizations, eq(organizations.id, apiTokens.organizationId))
    .where(and(eq(apiTokens.secretHash, secretHash), isNull(apiTokens.revokedAtMs)))
    .get();
  if (!row) return undefined;
  const { tokenId, user, role, organization } = row;
  return {
    kind: 'api-token',
    credentialId: tokenId,
    user: { id: user.id, email: user.email, name: user.name },
    lastOrganizationId: organization.id,
    organizations: [{ id: organization.id, name: organization.name, role }],
  };
}

export const insertApiToken = (
  db: Db,
  organizationId: string,
  token: { id: string; userId: string; name: string; secretHash: string },
  nowMs: number,
): Statement => db.insert(apiTokens).values({ ...token, organizationId, createdAtMs: nowMs });

/** A user's own, newest first, revoked ones included. */
export async function listApiTokens(db: Db, organizationId: string, userId: string, page: PageRequest): Promise<Page<TokenInfo>> {
  const rows = await db
    .select()
    .from(apiTokens)
    .where(and(ownedBy(organizationId, userId), lt(apiTokens.id, page.cursor ?? afterAll)))
    .orderBy(desc(apiTokens.id))
    .limit(rowsFor(page));
  return pageOf(rows.map(toTokenInfo), page, (token) => token.id);
}

/** Those in force. */
export async function countApiTokens(db: Db, organizationId: string, userId: string): Promise<number> {
  const row = await db
    .select({ n: count() })
    .from(apiTokens)
    .where(and(ownedBy(organizationId, userId), isNull(apiTokens.revokedAtMs)))
    .get();
  return row?.n ?? 0;
}

/** Changes no row where the user has no such token; revoking again changes its time only. */
export const revokeApiToken = (db: Db, organizationId: string, userId: string, tokenId: string, nowMs: number): Statement =>
  db
    .update(apiTokens)
    .set({ revokedAtMs: nowMs })
    .where(and(eq(apiTokens.id, tokenId), ownedBy(organizationId, userId)));

const ownedBy = (organizationId: string, userId: string) =>
  and(eq(apiTokens.organizationId, organizationId), eq(apiTokens.userId, userId));
