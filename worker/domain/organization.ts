import type { Organization } from '../../wire/identity.ts';
import type { Actor, Person } from './actor.ts';

/**
 * The organization that a person's request means: the one it names, else the last used, else the one joined first. Naming
 * one that they don't belong to finds none, like one that does not exist.
 */
export function chooseOrganization(person: Person, wanted: string | undefined): Organization | undefined {
  const byId = (id: string | null) => person.organizations.find((organization) => organization.id === id);
  if (wanted !== undefined) return byId(wanted);
  return byId(person.lastOrganizationId) ?? person.organizations[0];
}

export const actorIn = (person: Person, organization: Organization): Actor => ({
  kind: person.kind,
  userId: person.user.id,
  userName: person.user.name,
  organizationId: organization.id,
  role: organization.role,
  credentialId: person.credentialId,
});
