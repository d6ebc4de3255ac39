import { createHash } from 'node:crypto';
import type { ParentSession } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { IngestActor } from '../../domain/actor.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import { sessionIdOf, sessionIdText } from '../../domain/session-id.ts';

/** Whose session an agent's own session id means: the token says, and the id follows without a look-up. */
export function ownerOf(actor: IngestActor, agent: string, externalId: string, parent?: ParentSession): SessionOwner {
  const { organizationId, projectId, userId } = actor;
  const sessionId = idOf(organizationId, agent, externalId);
  const parentId = parent && parentIdOf(organizationId, parent);
  return { organizationId, projectId, userId, agent, externalId, sessionId, ...(parentId && { parentId }) };
}

function idOf(organizationId: string, agent: string, externalId: string): string {
  const digest = createHash('sha256')
    .update(sessionIdText(organizationId, agent, externalId))
    .digest();
  return sessionIdOf(digest);
}

/** An id of this organization, whatever is named: words that name nothing are kept, so that somebody can see them ignored. */
function parentIdOf(organizationId: string, parent: ParentSession): string {
  if (typeof parent !== 'string') return idOf(organizationId, parent.agent, parent.sessionId);
  const [, agent, externalId] = /^([^/]+)\/(.+)$/.exec(parent) ?? [];
  if (agent !== undefined && externalId !== undefined) return idOf(organizationId, agent, externalId);
  return parent.slice(0, limits.maxExternalIdLength);
}
