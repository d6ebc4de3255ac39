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
  /** The machine that has it, or had it last; null where none ever did. */
  machine: z.nullable(z.object({ name: z.string(), by: Person, since: z.string() })),
  /** Who wants it no more, while its machine has not said yet that its agent is stopped. */
  stop: z.optional(z.object({ by: Person, at: z.string() })),
  /** How many times machines took it. */
  claims: z.int(),
  /** What the machine said last about it: why it failed, or that it went away. */
  words: z.optional(z.string()),
  /** The end of what its agent wrote on the machine. */
  tail: z.optional(z.string()),
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

/** Body of `POST /api/session-requests/claim`: what a machine can start. */
export const NewClaim = z.object({
  /** Chosen by the machine, new for each claim; asked again under the same id, it is given the same request. */
  claimId: z.string().check(z.regex(/^[\w-]{16,64}$/, 'A claim is named by 16 to 64 letters, digits, dashes and underscores.')),
  machine: line('the machine a name'),
  agents: z
    .array(AgentName)
    .check(
      z.minLength(1, 'Name an agent that the machine can start.'),
      z.maxLength(limits.maxClaimNames, `At most ${limits.maxClaimNames} agents.`),
    ),
  /** All, where they are left out. */
  projectIds: z.optional(
    z
      .array(z.string().check(z.maxLength(limits.maxExternalIdLength)))
      .check(z.maxLength(limits.maxClaimNames, `At most ${limits.maxClaimNames} projects.`)),
  ),
  /** Those that it has checked out, as git remotes or `host/owner/name`. Without them it takes what names no repository. */
  repositories: z._default(
    z.array(line('a repository')).check(z.maxLength(limits.maxClaimNames, `At most ${limits.maxClaimNames} repositories.`)),
    [],
  ),
  /** It clones what it has not: whatever repository a request names, it can start it. */
  clones: z._default(z.boolean(), false),
});
export type NewClaim = z.infer<typeof NewClaim>;

/** Answer of `POST /api/session-requests/claim`. */
export const ClaimAnswer = z.object({
  /** The oldest that fits; null where nothing waits, and the machine asks again after `retryAfterMs`. */
  request: z.nullable(SessionRequest),
  retryAfterMs: z.optional(z.int()),
  /** A machine that says nothing for this long has lost it: its agent has to be stopped before. */
  leaseMs: z.int(),
  /** How often it should report. */
  reportEveryMs: z.int(),
});
export type ClaimAnswer = z.infer<typeof ClaimAnswer>;

/** Body of `POST /api/session-requests/:id/report`; each renews the lease. */
export const WorkReport = z.object({
  claimId: z.string().check(z.maxLength(64)),
  /** `returned`: the machine gives it back before anything has run. */
  state: z.enum(['preparing', 'running', 'completed', 'failed', 'cancelled', 'returned']),
  words: z.optional(
    z.string().check(z.maxLength(limits.maxMessageLength, `Say it in at most ${limits.maxMessageLength} characters.`)),
  ),
  tail: z.optional(
    z.string().check(z.maxLength(limits.maxWorkTailLength, `Send the last ${limits.maxWorkTailLength} characters.`)),
  ),
});
export type WorkReport = z.infer<typeof WorkReport>;

/** Answer of `POST /api/session-requests/:id/report`. */
export const ReportAnswer = z.object({
  /** `stop`: somebody cancelled it; the agent is to be stopped, and its end reported. */
  order: z.enum(['go_on', 'stop']),
  status: RequestStatus,
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

export const RequestPage = z.object({ items: z.array(SessionRequest), nextCursor: z.nullable(z.string()) });
export type RequestPage = z.infer<typeof RequestPage>;
