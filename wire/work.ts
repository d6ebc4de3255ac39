import * as z from 'zod/mini';
import { AgentName } from './agent.ts';
import { limits } from './limits.ts';

const text = (what: string, maxLength: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.minLength(1, `Give ${what}.`),
      z.maxLength(maxLength, `That is too long: at most ${maxLength} characters.`),
    );

/** A word of one line: what names a branch, a machine or an outside thing. */
const line = (what: string) =>
  text(what, limits.maxRequestFactLength).check(z.regex(/^[^\p{Cc}]*$/u, 'This is one line, without control characters.'));

/** What asked for a session. */
export const RequestSource = z.object({
  kind: z.enum(['web', 'api', 'github', 'gitlab', 'slack', 'schedule']),
  /** In words: `acme/web#12`. */
  label: z.string(),
  /** Where it can be looked at, outside. */
  url: z.optional(z.string()),
  /** The integration that is told what becomes of it. */
  integrationId: z.optional(z.string()),
});
export type RequestSource = z.infer<typeof RequestSource>;

/** Where a session comes from that waits, or waited, for a machine. */
export const RequestOrigin = z.object({
  id: z.string(),
  source: RequestSource,
  /** `github.com/owner/name`; null where any folder of the project does. */
  repository: z.nullable(z.string()),
  /** The branch, tag or commit that it begins at; null: what the machine has checked out. */
  ref: z.nullable(z.string()),
});
export type RequestOrigin = z.infer<typeof RequestOrigin>;

/** `queued` waits for a machine; one that was claimed and whose machine went away is `queued` again. */
export const RequestStatus = z.enum(['queued', 'claimed', 'running', 'completed', 'failed', 'cancelled']);
export type RequestStatus = z.infer<typeof RequestStatus>;

const Person = z.object({ userId: z.string(), name: z.string() });

/** A session that somebody wants, which a machine is to start. */
export const SessionRequest = z.extend(RequestOrigin, {
  /** The session that it is: there is one from the beginning, queued. */
  sessionId: z.string(),
  /** The id that its agent is started under. */
  externalId: z.string(),
  projectId: z.string(),
  agent: AgentName,
  title: z.string(),
  /** What its agent is told first; empty once it is over. */
  prompt: z.string(),
  /** Whose session it is. */
  requestedBy: Person,
  status: RequestStatus,
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type SessionRequest = z.infer<typeof SessionRequest>;

/** Body of `POST /api/session-requests`. */
export const NewSessionRequest = z.object({
  projectId: text('the id of a project', limits.maxExternalIdLength),
  agent: AgentName,
  prompt: text('the agent something to do', limits.maxRequestPromptLength),
  /** The first line of the prompt, where it is left out. */
  title: z.optional(text('it a title, or leave the title out', limits.maxTitleLength)),
  /** A git remote, or `host/owner/name`; machines with another repository leave it alone. */
  repository: z.optional(line('the repository, or leave it out')),
  ref: z.optional(line('a branch, tag or commit, or leave it out')),
});
export type NewSessionRequest = z.infer<typeof NewSessionRequest>;

/** Query of `GET /api/session-requests`, the newest first; `status` takes several, comma-separated. */
export const RequestQuery = z.object({
  status: z.optional(z.string().check(z.maxLength(100))),
  project: z.optional(z.string().check(z.maxLength(limits.maxExternalIdLength))),
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}$/, 'Take the cursor from the page before.'))),
  limit: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(limits.maxPageItems))),
});

export const RequestPage = z.object({ items: z.array(SessionRequest), nextCursor: z.nullable(z.string()) });
export type RequestPage = z.infer<typeof RequestPage>;
