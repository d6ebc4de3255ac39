import type { Role } from '../../wire/identity.ts';

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
