import * as z from 'zod/mini';
import { Approval } from './approval.ts';
import { BranchOrigin, BranchOutcome } from './branch.ts';
import { Refusal, Tokens } from './event.ts';
import { limits } from './limits.ts';
import { RequestOrigin } from './work.ts';

export const SessionStatus = z.enum([
  'queued',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'timed_out',
  'cancelled',
  'budget_exceeded',
]);
export type SessionStatus = z.infer<typeof SessionStatus>;

/** What this session may spend by itself: its own budget, or the one that each session gets. */
export const SessionBudget = z.object({
  limitMicroUsd: z.int(),
  spentMicroUsd: z.int(),
  reservedMicroUsd: z.int(),
  /** The budget for each session that it follows; absent where a person set one for this session. */
  budgetId: z.optional(z.string()),
});
export type SessionBudget = z.infer<typeof SessionBudget>;

/** The same in tokens of every kind. */
export const SessionTokenBudget = z.object({
  limitTokens: z.int(),
  spentTokens: z.int(),
  reservedTokens: z.int(),
  budgetId: z.optional(z.string()),
});
export type SessionTokenBudget = z.infer<typeof SessionTokenBudget>;

/** Another live session that edits a file which this one edits, too. */
export const FileCollision = z.object({
  /** From the repository's root on; a file outside of it from the root of the machine. */
  path: z.string(),
  sessionId: z.string(),
  /** Its title when they met; may be empty. */
  title: z.string(),
  /** Both are marked until then, unless one of them ends earlier. */
  until: z.string(),
});
export type FileCollision = z.infer<typeof FileCollision>;

/** What an agent sent in each of the last minutes (since the epoch) in which it sent anything, the oldest first. */
export const RecentHooks = z.array(z.object({ minute: z.int(), taken: z.int(), refused: z.int() }));
export type RecentHooks = z.infer<typeof RecentHooks>;

export const SessionSummary = z.object({
  id: z.string(),
  externalId: z.string(),
  projectId: z.string(),
  userId: z.string(),
  agent: z.string(),
  title: z.string(),
  status: SessionStatus,
  model: z.nullable(z.string()),
  cwd: z.nullable(z.string()),
  repository: z.nullable(z.string()),
  gitBranch: z.nullable(z.string()),
  startedAt: z.string(),
  endedAt: z.nullable(z.string()),
  lastEventAt: z.string(),
  eventCount: z.int(),
  toolCallCount: z.int(),
  /** What its agent says failed; a call that was refused or interrupted did not. */
  errorCount: z.int(),
  tokens: Tokens,
  costMicroUsd: z.int(),
  /** Model calls whose model has no known price; their cost is missing from `costMicroUsd`, not zero. */
  unpricedCalls: z.int(),
  budget: z.nullable(SessionBudget),
  /** Rooms say it, as with `hold`; absent where nothing limits its tokens. */
  tokenBudget: z.optional(SessionTokenBudget),
  /** Why nothing is let through at the moment, as the agent reads it. Rooms say it; the index of sessions does not know. */
  hold: z.optional(Refusal),
  /** Calls that wait for a person, the oldest first. Rooms say it, as with `hold`. */
  approvals: z.optional(z.array(Approval)),
  /** Messages that the agent has not read yet. */
  unreadMessages: z.optional(z.int()),
  /** Whom it meets in its files, the latest last. Rooms say it, as with `hold`. */
  collisions: z.optional(z.array(FileCollision)),
  /** The session that started this one, or that it branched off; what this one spends counts toward that one's own budget, too. */
  parentId: z.nullable(z.string()),
  /** Where it left its parent, if it is a branch. */
  branch: z.optional(BranchOrigin),
  /** What asked for it, where a machine is, or was, to start it, and which one has it. Rooms say it, as with `hold`. */
  request: z.optional(z.extend(RequestOrigin, { machine: z.nullable(z.string()) })),
  /** Its agent's last words, cut at `maxOutcomeLength`; absent before there were any. */
  outcome: z.optional(z.string()),
  tags: z.array(z.string()),
  lastSeq: z.int(),
  /** The last thing that happened, in words: "editing app.ts", "waiting for you". */
  activity: z.string(),
  /** Events refused by a limit, never silently. */
  refusedCount: z.int(),
  /** Where limits refused any of it lately. Rooms say it, as with `hold`. */
  recentHooks: z.optional(RecentHooks),
  /** Secrets masked so far. */
  redactionCount: z.int(),
  /** Set where it was imported: it ran elsewhere, or was brought back. */
  imported: z.optional(
    z.object({
      at: z.string(),
      /** What the file that it came with calls it. */
      from: z.optional(z.string()),
    }),
  ),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

/** Answer of `POST /api/sessions/:id/branches`. */
export const CreatedBranch = z.object({
  /** Queued until its agent is started under `externalId`. */
  session: SessionSummary,
  /** What its agent is told first. */
  prompt: z.string(),
});
export type CreatedBranch = z.infer<typeof CreatedBranch>;

/** Answer of `POST /api/sessions/:id/merge`. */
export const MergedBranch = z.object({ session: SessionSummary, outcome: BranchOutcome });
export type MergedBranch = z.infer<typeof MergedBranch>;

export const SessionPatch = z.object({
  title: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(limits.maxTitleLength))),
  tags: z.optional(
    z.array(z.string().check(z.trim(), z.minLength(1), z.maxLength(limits.maxTagLength))).check(z.maxLength(limits.maxTags)),
  ),
});
export type SessionPatch = z.infer<typeof SessionPatch>;

const OwnLimit = z.optional(
  z.nullable(
    z
      .int('A limit is a whole number of micro-dollars or tokens, or null for none of its own.')
      .check(
        z.gte(0, 'A limit cannot be negative; 0 lets nothing through.'),
        z.lte(limits.maxBudgetMicroUsd, 'A limit this high is a typing error.'),
      ),
  ),
);

/** Body of `PUT /api/sessions/:id/budget`; null takes the session's own budget away, and what each session gets holds again. */
export const NewSessionBudget = z.object({ limitMicroUsd: OwnLimit, limitTokens: OwnLimit }).check(
  z.refine(({ limitMicroUsd, limitTokens }) => limitMicroUsd !== undefined || limitTokens !== undefined, {
    path: ['limitMicroUsd'],
    error: 'Give a limit in micro-dollars (limitMicroUsd) or in tokens (limitTokens), or null to take it away.',
  }),
);
export type NewSessionBudget = z.infer<typeof NewSessionBudget>;

/** Answer of `PUT /api/sessions/:id/budget`. */
export const BudgetedSession = z.extend(SessionSummary, {
  /** Set where the new limit is below what is spent already: the session is held at its next call. */
  warning: z.optional(z.string()),
});
export type BudgetedSession = z.infer<typeof BudgetedSession>;

/** Body of `POST /api/sessions/:id/control`. */
export const SessionControl = z.object({ action: z.enum(['pause', 'resume', 'stop']) });
export type SessionControl = z.infer<typeof SessionControl>;

/** Query of `GET /api/sessions`; `status` takes several, comma-separated. */
export const SessionQuery = z.object({
  status: z.optional(z.string()),
  project: z.optional(z.string()),
  agent: z.optional(z.string()),
  /** Its child sessions. */
  parent: z.optional(z.string()),
  /** The previous page's `nextCursor`: last activity in Unix milliseconds, a dot, a session id. */
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}\.ses_[a-z2-7]{20}$/, 'Take the cursor from the page before.'))),
  limit: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(limits.maxPageItems))),
});

export const SessionPage = z.object({ items: z.array(SessionSummary), nextCursor: z.nullable(z.string()) });
export type SessionPage = z.infer<typeof SessionPage>;

export const EventQuery = z.object({
  after: z.optional(z.coerce.number().check(z.int(), z.gte(0), z.lte(Number.MAX_SAFE_INTEGER))),
  limit: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(limits.maxPageEvents))),
});
