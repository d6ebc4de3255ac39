import { limits } from '../../../wire/limits.ts';
import type { RequestSource, RequestStatus, SessionRequest } from '../../../wire/work.ts';
import { clip } from '../clip.ts';
import type { SessionOwner } from '../ingest.ts';
import { redactText } from '../redact/redact-text.ts';

/** What somebody wants a machine to start, before it has any id. */
export interface RequestWish {
  organizationId: string;
  projectId: string;
  agent: string;
  prompt: string;
  /** The first line of the prompt, where it is left out or empty. */
  title?: string | undefined;
  source: RequestSource;
  /** Names the request within its organization for ever: asked again under the same key, nothing else is made. */
  key: string;
  /** Whose session it is. */
  requestedBy: { userId: string; name: string };
  /** `host/owner/name`. */
  repository?: string | undefined;
  ref?: string | undefined;
}

/** What follows from the organization and the key. */
export type RequestIds = Pick<SessionRequest, 'id' | 'sessionId' | 'externalId'>;

/** The request as it begins. The title is shown to others, so no secret is in it; the prompt is its agent's, and stays as it is. */
export function requestOf(wish: RequestWish, ids: RequestIds, nowMs: number): SessionRequest {
  const { projectId, agent, prompt, source, requestedBy, repository = null, ref = null } = wish;
  const at = new Date(nowMs).toISOString();
  return {
    ...ids,
    source,
    repository,
    ref,
    projectId,
    agent,
    title: titleOf(wish),
    prompt: clip(prompt, limits.maxRequestPromptLength),
    requestedBy,
    status: 'queued',
    machine: null,
    claims: 0,
    createdAt: at,
    updatedAt: at,
  };
}

function titleOf({ title, prompt }: Pick<RequestWish, 'title' | 'prompt'>): string {
  const words = title?.trim() || (prompt.trim().split('\n', 1)[0] ?? '');
  return clip(redactText(words).text, limits.maxTitleLength);
}

const over: ReadonlySet<RequestStatus> = new Set(['completed', 'failed', 'cancelled']);

export const isOver = (status: RequestStatus): boolean => over.has(status);

/** Those of requests that wait or run. */
export const openStatuses: readonly RequestStatus[] = ['queued', 'claimed', 'running'];

/** The request as it ended: what its agent was told is in the session's log, where there was any. */
export function ended(request: SessionRequest, status: RequestStatus, nowMs: number): SessionRequest {
  if (isOver(request.status)) return request;
  const { stop: _stop, ...rest } = request;
  return { ...rest, status, prompt: '', updatedAt: new Date(nowMs).toISOString() };
}

export const ownerOfRequest = (organizationId: string, request: SessionRequest): SessionOwner => ({
  organizationId,
  sessionId: request.sessionId,
  externalId: request.externalId,
  agent: request.agent,
  projectId: request.projectId,
  userId: request.requestedBy.userId,
});
