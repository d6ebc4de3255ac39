import * as z from 'zod/mini';
import { Approval } from './approval.ts';
import { BranchOrigin, BranchOutcome } from './branch.ts';
import { Unanswered } from './rule.ts';
import { SnapshotReason } from './snapshot.ts';
import { RequestOrigin } from './work.ts';

export const EventType = z.enum([
  'session.started',
  'prompt',
  'tool.started',
  'tool.finished',
  'tool.failed',
  'permission.requested',
  'notification',
  'subagent.started',
  'subagent.finished',
  'compaction',
  'turn.finished',
  'session.ended',
  'usage',
  'message',
  'control',
  'other',
]);
export type EventType = z.infer<typeof EventType>;

/** Tokens of one model call or a total; `input` excludes what was read from or written to the cache. */
export const Tokens = z.object({ input: z.int(), output: z.int(), cacheRead: z.int(), cacheWrite: z.int() });
export type Tokens = z.infer<typeof Tokens>;

/** Where a usage figure was heard, best first: only logs are final, the others serve while a session has no better one. */
export const UsageSource = z.enum(['logs', 'traces', 'metrics', 'hook']);
export type UsageSource = z.infer<typeof UsageSource>;

/** One model call. `costMicroUsd` is null where neither the agent nor the catalogue knows a price: unpriced, never free. */
export const Usage = z.extend(Tokens, {
  model: z.optional(z.string()),
  requestId: z.optional(z.string()),
  durationMs: z.optional(z.number()),
  /** Of `cacheWrite`, what was written to live an hour: it is dearer than the usual five minutes. */
  cacheWrite1h: z.optional(z.int()),
  /** Where the price came from: the agent's own report, our catalogue, or the organization's table. */
  pricedBy: z.optional(z.enum(['agent', 'catalogue', 'organization'])),
  /** What the agent said that it cost, where the organization's price stands in its place. */
  agentMicroUsd: z.optional(z.int()),
  /** Where the figure was heard; the best source that a session has is the one that counts. */
  source: z.optional(UsageSource),
});
export type Usage = z.infer<typeof Usage>;

/** A person who did something to a session. */
const Person = z.object({ userId: z.string(), name: z.string() });

export const Refusal = z.object({
  because: z.enum(['budget_exceeded', 'paused', 'stopped', 'rule', 'denied', 'timed_out', 'quota_exceeded', 'rate_limited']),
  /** As the agent reads it: what happened, and what it should do. */
  reason: z.string(),
  /** Where something holds the session: what happened, without the orders to the agent. */
  what: z.optional(z.string()),
  /** Who paused or stopped it; absent where the room itself did. */
  by: z.optional(Person),
  /** The budget that refused; absent where the session's own did. */
  budgetId: z.optional(z.string()),
  /** The rule that refused. */
  ruleId: z.optional(z.string()),
});
export type Refusal = z.infer<typeof Refusal>;

/** What a person or the room itself did to a session. */
export const Control = z.object({
  action: z.enum([
    'renamed',
    'tagged',
    'timed_out',
    'paused',
    'resumed',
    'stopped',
    'budget_changed',
    'budget_exceeded',
    'approval_allowed',
    'approval_denied',
    'approval_expired',
    'message_sent',
    'collided',
    'repriced',
    'parent_found',
    'parent_ignored',
    'snapshot_taken',
    'restored',
    'branched',
    'branch_made',
    'branch_merged',
    'merged',
    'requested',
    'claimed',
    'unclaimed',
  ]),
  /** Who did it; absent where the room itself did. */
  by: z.optional(Person),
  title: z.optional(z.string()),
  tags: z.optional(z.array(z.string())),
  /** The status that follows. */
  status: z.optional(z.enum(['running', 'paused', 'timed_out', 'completed', 'cancelled', 'budget_exceeded'])),
  /** With `timed_out`: it ran too long and is held until a person resumes it; absent where its agent was silent too long. */
  holds: z.optional(z.literal(true)),
  /** Where it holds the session and nobody ordered it: what happened. `text` goes on with what the agent should do. */
  what: z.optional(z.string()),
  /** With `budget_changed`: integer micro-dollars; null takes the budget away. */
  limitMicroUsd: z.optional(z.nullable(z.int())),
  /** The same in tokens. */
  limitTokens: z.optional(z.nullable(z.int())),
  /** With `budget_exceeded`: the budget, where it was not the session's own. */
  budgetId: z.optional(z.string()),
  /** With `approval_…`: which, how far an allowance reaches, and a person's own words. `text` is what the agent reads. */
  approvalId: z.optional(z.string()),
  note: z.optional(z.string()),
  scope: z.optional(z.enum(['once', 'session'])),
  /** With `approval_expired`: what was answered in the person's place. */
  answer: z.optional(Unanswered),
  /** With `parent_…` and `branched`: the session that started this one. Ignored where it cannot be one; `text` says why. */
  parentId: z.optional(z.string()),
  /** With `branched`, the first event of a branch, and with `branch_made` in its parent's log, which names the branch's session. */
  branch: z.optional(BranchOrigin),
  childId: z.optional(z.string()),
  /** With `branch_merged`, and with `merged` in the log of the branch itself. */
  outcome: z.optional(BranchOutcome),
  /** With `requested`, the first event of a session that somebody asked for: what asked. */
  request: z.optional(RequestOrigin),
  /** With `claimed`, and `unclaimed`: the machine that took it, or that it was taken from. */
  machine: z.optional(z.string()),
  /** With `collided`: the file, from the repository's root on, and the other session. */
  path: z.optional(z.string()),
  otherSessionId: z.optional(z.string()),
  otherTitle: z.optional(z.string()),
  /** With `snapshot_taken`: which, its name where it has one, and why. */
  snapshotId: z.optional(z.string()),
  snapshotName: z.optional(z.string()),
  snapshotReason: z.optional(SnapshotReason),
  /** With `repriced`: what the correction adds to the session's cost; negative where it became cheaper. */
  deltaMicroUsd: z.optional(z.int()),
  /** The same by model and by subagent, and how many calls more (or fewer) have no price, in the usage that `source` told. */
  repriced: z.optional(
    z.object({
      source: UsageSource,
      unpricedCalls: z.int(),
      models: z.array(z.object({ name: z.string(), deltaMicroUsd: z.int() })),
      subagents: z.array(z.object({ id: z.string(), deltaMicroUsd: z.int() })),
    }),
  ),
});
export type Control = z.infer<typeof Control>;

/** What we keep of a hook. `seq` counts 1, 2, 3 … per session without holes. */
export const SessionEvent = z.object({
  seq: z.int(),
  id: z.string(),
  type: EventType,
  /** When the agent says it happened; the receive time where it says nothing. ISO 8601 UTC. */
  at: z.string(),
  receivedAt: z.string(),
  tool: z.optional(z.string()),
  toolUseId: z.optional(z.string()),
  input: z.optional(z.unknown()),
  output: z.optional(z.unknown()),
  ok: z.optional(z.boolean()),
  durationMs: z.optional(z.number()),
  text: z.optional(z.string()),
  usage: z.optional(Usage),
  /** Integer micro-dollars, of a model call or, by its tool's rate, of a tool call; null: a model call without a known price. */
  costMicroUsd: z.optional(z.nullable(z.int())),
  /** How many secrets were masked in this event. */
  redactions: z.optional(z.int()),
  /** The agent's own name of the hook or record, e.g. `PreToolUse`. */
  hook: z.optional(z.string()),
  /** The subagent that this happened in; absent in the main agent. */
  subagentId: z.optional(z.string()),
  /** The subagent's kind, e.g. `general-purpose`. */
  subagentType: z.optional(z.string()),
  /** On a subagent's first event: the tool call of the parent that started it. */
  parentToolUseId: z.optional(z.string()),
  /** The turn that this belongs to, where the agent says so. */
  promptId: z.optional(z.string()),
  control: z.optional(Control),
  /** Set where we did not let it happen: why, and what the agent was told. */
  refused: z.optional(Refusal),
  /** Set where the call waits for a person. */
  approval: z.optional(Approval),
  /** Rules that let the call run and wanted it seen. */
  warned: z.optional(z.array(z.object({ ruleId: z.string(), reason: z.string() }))),
  /** Messages (by the seq that they were sent with) that the agent was given in answer to this hook. */
  delivered: z.optional(z.array(z.int())),
  /** Micro-dollars set aside when a call was let through: the model call that it leads to. Usage settles it. */
  reservedMicroUsd: z.optional(z.int()),
  /** The same in tokens, where a budget counts them. */
  reservedTokens: z.optional(z.int()),
  /** Micro-dollars set aside for the call itself, by its tool's rate. Its end settles it. */
  reservedToolMicroUsd: z.optional(z.int()),
  /** Whatever else the hook carried, whole (`other`), or what its type has no field for. */
  data: z.optional(z.unknown()),
});
export type SessionEvent = z.infer<typeof SessionEvent>;
