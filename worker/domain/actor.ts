import type { Organization, Role, User } from '../../wire/identity.ts';

/** Who is asking, in which organization. Everything that a request may touch follows from it, never from the path. */
export interface Actor {
  kind: 'login' | 'api-token';
  userId: string;
  userName: string;
  organizationId: string;
  role: Role;
  /** The login family or token that vouches for the actor, for revocation. */
  credentialId: string;
}

/** What an ingest token says: whose sessions these are, and their default project. */
export interface IngestActor {
  tokenId: string;
  organizationId: string;
  projectId: string;
  userId: string;
}

/** Whom a credential speaks for, before it is settled which of their organizations is meant. */
export interface Person {
  kind: Actor['kind'];
  user: User;
  credentialId: string;
  lastOrganizationId: string | null;
  /** All of a login's; the one that an API token is bound to. */
  organizations: Organization[];
}
