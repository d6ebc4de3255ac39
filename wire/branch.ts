import * as z from 'zod/mini';
import { AgentName } from './agent.ts';
import { limits } from './limits.ts';

/** Where a branch left the session that it continues. */
export const BranchOrigin = z.object({
  /** The parent's last event that it builds on. */
  fromSeq: z.int(),
  /** Whose files it begins with; null where there was no snapshot. */
  snapshotId: z.nullable(z.string()),
  name: z.nullable(z.string()),
  /** What it is to try. */
  description: z.nullable(z.string()),
  /** When it was made; its session starts with its agent. */
  madeAt: z.string(),
  /** Its outcome was given to its parent as of this event of its own; absent while it was not. */
  mergedSeq: z.optional(z.int()),
});
export type BranchOrigin = z.infer<typeof BranchOrigin>;

/** Body of `POST /api/sessions/:id/branches`. What is left out: the session's last event, and its latest snapshot by then. */
export const NewBranch = z.object({
  snapshotId: z.optional(z.string()),
  /** Without it, and with a snapshot, the event that the snapshot was taken at. */
  seq: z.optional(z.int('A seq is a whole number.').check(z.gte(1, 'Events are numbered from 1.'))),
  name: z.optional(
    z
      .string()
      .check(
        z.trim(),
        z.minLength(1, 'Give it a name, or leave the name out.'),
        z.maxLength(limits.maxTitleLength, `A name has at most ${limits.maxTitleLength} characters.`),
      ),
  ),
  description: z.optional(
    z
      .string()
      .check(z.trim(), z.maxLength(limits.maxMessageLength, `A description has at most ${limits.maxMessageLength} characters.`)),
  ),
  /** Who works in the branch; the parent's own agent, where it is left out. */
  agent: z.optional(AgentName),
});
export type NewBranch = z.infer<typeof NewBranch>;

/** Query of `GET /api/sessions/:id/branch-prompt`. */
export const BranchPromptQuery = z.object({
  seq: z.optional(z.coerce.number().check(z.int(), z.gte(1, 'Events are numbered from 1.'), z.lte(Number.MAX_SAFE_INTEGER))),
});

/** What the agent of a branch is told first: what the session came to by then, and what is open. */
export const BranchPrompt = z.object({ prompt: z.string() });
export type BranchPrompt = z.infer<typeof BranchPrompt>;

/** What a branch came to. */
export const BranchOutcome = z.object({
  /** Its last event that counts for that: what is merged again has another. */
  seq: z.int(),
  /** Its agent's last words; empty where there were none. */
  words: z.string(),
  /** Files that it changed, from its folder on; the first `maxOutcomeFiles`. */
  files: z.array(z.string()),
  fileCount: z.int(),
  costMicroUsd: z.int(),
  /** Of every kind. */
  tokens: z.int(),
  durationMs: z.int(),
});
export type BranchOutcome = z.infer<typeof BranchOutcome>;

/** Body of `POST /api/sessions/:id/merge`. */
export const NewMerge = z.object({
  /** Whether the parent's agent is told at its next hook, too. */
  message: z._default(z.boolean(), false),
});
export type NewMerge = z.infer<typeof NewMerge>;
