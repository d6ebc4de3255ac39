import { and, eq, isNull } from 'drizzle-orm';
import type { Person } from '../../domain/actor.ts';
import type { Db } from '../db.ts';
import { apiTokens, memberships, organizations, users } from '../schema/identity.ts';

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
