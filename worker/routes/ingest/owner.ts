import { createHash } from 'node:crypto';
import type { IngestActor } from '../../domain/actor.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import { sessionIdOf, sessionIdText } from '../../domain/session-id.ts';

/** Whose session an agent's own session id means: the token says, and the id follows without a look-up. */
export function ownerOf(actor: IngestActor, agent: string, externalId: string): SessionOwner {
  const { organizationId, projectId, userId } = actor;
  const digest = createHash('sha256')
    .update(sessionIdText(organizationId, agent, externalId))
    .digest();
  return { organizationId, projectId, userId, agent, externalId, sessionId: sessionIdOf(digest) };
}
