import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { Unanswered } from './rule.ts';

/** A tool call that waits for a person. Its session's id and its own name it; the exact call is the event `seq`. */
export const Approval = z.object({
  /** `apr_<seq>`, unique in its session. */
  id: z.string(),
  seq: z.int(),
  tool: z.string(),
  toolUseId: z.optional(z.string()),
  /** The call in a line: its command, or the file that it names; cut at `maxApprovalWords`. */
  words: z.string(),
  /** Why it waits, as the agent reads it. */
  reason: z.string(),
  /** The rule that asks, or the budget whose limit the call would cross. */
  ruleId: z.optional(z.string()),
  budgetId: z.optional(z.string()),
  /** What the call is expected to cost, with the model call that follows; 0 where nothing is known. */
  costMicroUsd: z.int(),
  askedAt: z.string(),
  /** When the rule's answer is given in the person's place. */
  until: z.string(),
  unanswered: Unanswered,
  /** The agent has left and will ask again when it is resumed; the answer is kept for it. */
  deferred: z.optional(z.boolean()),
});
export type Approval = z.infer<typeof Approval>;

/** Body of `POST /api/sessions/:id/approvals/:approvalId`. */
export const ApprovalDecision = z.object({
  decision: z.enum(['allow', 'deny']),
  /** `session` lets the same rule's calls of this tool through until the session ends. */
  scope: z._default(z.enum(['once', 'session']), 'once'),
  /** What the agent reads with a denial. */
  note: z.optional(
    z.string().check(z.trim(), z.maxLength(limits.maxMessageLength, `A note has at most ${limits.maxMessageLength} characters.`)),
  ),
});
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

/** Body of `POST /api/sessions/:id/messages`: the agent reads it at its next hook. */
export const NewMessage = z.object({
  text: z
    .string('Write something.')
    .check(
      z.trim(),
      z.minLength(1, 'Write something.'),
      z.maxLength(limits.maxMessageLength, `A message has at most ${limits.maxMessageLength} characters.`),
    ),
});
export type NewMessage = z.infer<typeof NewMessage>;

/** An approval in the organization's list, with what the card has to say of its session. */
export const ListedApproval = z.extend(Approval, {
  sessionId: z.string(),
  sessionTitle: z.string(),
  agent: z.string(),
  projectId: z.string(),
  userId: z.string(),
  cwd: z.nullable(z.string()),
});
export type ListedApproval = z.infer<typeof ListedApproval>;

export const ApprovalList = z.object({ items: z.array(ListedApproval), nextCursor: z.nullable(z.string()) });
export type ApprovalList = z.infer<typeof ApprovalList>;
