import * as z from 'zod/mini';
import { AgentName } from './agent.ts';
import { limits } from './limits.ts';
import { FailMode } from './organization-limits.ts';
import { SnapshotRules } from './snapshot-rules.ts';
import { Verdict } from './verdict.ts';

const ExternalId = z.string().check(z.minLength(1), z.maxLength(limits.maxExternalIdLength));

/**
 * One event of any agent. Only `type` is required; a type that we do not know, or a field of the wrong type, makes the event
 * `other`, kept whole.
 */
export const IngestEvent = z.looseObject({
  id: z.optional(ExternalId),
  /** The event's number in the batch's `stream`, from 1. */
  n: z.optional(z.int().check(z.gte(1))),
  type: z.string().check(z.minLength(1)),
  at: z.optional(z.string()),
});
export type IngestEvent = z.infer<typeof IngestEvent>;

/**
 * The session that started this one, said with its first event: its `ses_…` id, or its agent and that agent's own session id, as two
 * fields or as text with a slash between.
 */
export const ParentSession = z.union([ExternalId, z.object({ agent: AgentName, sessionId: ExternalId })]);
export type ParentSession = z.infer<typeof ParentSession>;

/** Body of `POST /hooks/events`. */
export const IngestBatch = z.object({
  agent: AgentName,
  sessionId: ExternalId,
  stream: z.optional(ExternalId),
  parent: z.optional(ParentSession),
  events: z.array(IngestEvent).check(z.minLength(1), z.maxLength(limits.maxBatchEvents)),
});
export type IngestBatch = z.infer<typeof IngestBatch>;

/**
 * Body of `POST /hooks/:agent/batch`: hooks of one session in the agent's own JSON, in the order of their numbers, as our command hook
 * keeps them until they are acknowledged.
 */
export const HookBatch = z.object({
  stream: ExternalId,
  parent: z.optional(ParentSession),
  events: z
    .array(
      z.object({
        /** The hook's number in `stream`, from 1. */
        n: z.int().check(z.gte(1)),
        /** When the agent called the hook; agents themselves seldom say. ISO 8601 UTC. */
        at: z.optional(z.iso.datetime()),
        /** The agent waits for no answer to this one any more. */
        late: z.optional(z.boolean()),
        repository: z.optional(z.string()),
        gitBranch: z.optional(z.string()),
        /** The folder that the agent runs in, from the repository's root on: `./` at the root. */
        folder: z.optional(z.string()),
        hook: z.unknown(),
      }),
    )
    .check(z.minLength(1), z.maxLength(limits.maxBatchEvents)),
});
export type HookBatch = z.infer<typeof HookBatch>;

/** A question that waits until then. `otherwise` is the rule's answer in the agent's own JSON, for who cannot reach us when its time is over. */
const Pending = z.object({ approvalId: z.string(), until: z.string(), otherwise: z.looseObject({}) });

/** `answer` is the agent's own JSON for the last hook of the batch; `{}` lets it go on. */
export const HookBatchAnswer = z.object({
  sessionId: z.string(),
  accepted: z.int(),
  duplicates: z.int(),
  lastSeq: z.int(),
  answer: z.looseObject({}),
  /** A person has to decide: ask `GET /hooks/:agent/approvals/:sessionId/:approvalId` until there is an answer. */
  pending: z.optional(Pending),
  /** What to do while nobody here can be asked. */
  fail: z.optional(FailMode),
  /** When to keep the workspace by itself; absent: never. */
  snapshots: z.optional(SnapshotRules),
});
export type HookBatchAnswer = z.infer<typeof HookBatchAnswer>;

export const IngestAnswer = z.object({
  sessionId: z.string(),
  accepted: z.int(),
  duplicates: z.int(),
  lastSeq: z.int(),
  verdict: Verdict,
  /** What people want the agent to read. */
  messages: z.optional(z.array(z.string())),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

/** Answer of `GET /hooks/:agent/approvals/:sessionId/:approvalId`: still pending, or decided. */
export const ApprovalAnswer = z.object({
  verdict: Verdict,
  /** The agent's own JSON for it; only where `agent` is one that we know natively. */
  answer: z.optional(z.looseObject({})),
  pending: z.optional(z.omit(Pending, { otherwise: true })),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;
