import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** `warn` notes it on the call and lets it run; `ask` makes it wait for a person; `deny` refuses it. The hardest rule that matches decides. */
export const RuleAction = z.enum(['warn', 'ask', 'deny']);
export type RuleAction = z.infer<typeof RuleAction>;

/**
 * What a rule looks at. `call`: every tool call, before it runs. `permission`: only what the agent itself would ask its own person
 * about, so that they may answer from elsewhere.
 */
export const RuleMoment = z.enum(['call', 'permission']);
export type RuleMoment = z.infer<typeof RuleMoment>;

/**
 * What happens when nobody answers in time. `terminal` leaves it to whoever sits at the agent; `defer` lets a headless Claude Code exit
 * until somebody has decided. Agents that can do neither are refused.
 */
export const Unanswered = z.enum(['allow', 'deny', 'terminal', 'defer']);
export type Unanswered = z.infer<typeof Unanswered>;

const Pattern = z
  .string('A pattern is text; * stands for anything.')
  .check(
    z.trim(),
    z.minLength(1, 'A pattern cannot be empty; leave it out to match anything.'),
    z.maxLength(limits.maxPatternLength),
  );
const WaitSeconds = z
  .int('A wait is a whole number of seconds.')
  .check(
    z.gte(limits.minApprovalWaitSeconds, `A person needs at least ${limits.minApprovalWaitSeconds} seconds.`),
    z.lte(limits.maxApprovalWaitSeconds, 'An approval waits a day at most.'),
  );

/** Conditions of one rule; all that are given have to hold. */
export const RuleConditions = z.object({
  /** The tool's name; `*` stands for anything, case does not matter: `Bash`, `mcp__*`. */
  tool: z.optional(z.nullable(Pattern)),
  /** A shell command, or one part of it between `&&`, `||`, `;`, `|` or lines: `rm -rf *`. */
  command: z.optional(z.nullable(Pattern)),
  /** A file that the call names, as given or from the working directory on: `infra/*`, `*.env`. */
  path: z.optional(z.nullable(Pattern)),
  /** The call, with the model call that it leads to, is expected to cost more than this; integer micro-dollars. */
  aboveMicroUsd: z.optional(
    z.nullable(z.int('A cost is a whole number of micro-dollars.').check(z.gte(0), z.lte(limits.maxBudgetMicroUsd))),
  ),
  /** Another live session touched the same file of the same repository lately. */
  collision: z.optional(z.boolean()),
});
export type RuleConditions = z.infer<typeof RuleConditions>;

export const Rule = z.extend(RuleConditions, {
  id: z.string(),
  name: z.string(),
  /** Null for every project of the organization. */
  projectId: z.nullable(z.string()),
  on: RuleMoment,
  action: RuleAction,
  /** How long a person has, where the agent's own timeout allows it. */
  waitSeconds: WaitSeconds,
  unanswered: Unanswered,
  createdAt: z.string(),
});
export type Rule = z.infer<typeof Rule>;

const RuleName = z
  .string('Give the rule a name; the agent reads it.')
  .check(z.trim(), z.minLength(1, 'Give the rule a name; the agent reads it.'), z.maxLength(limits.maxRuleNameLength));

/** Body of `POST /api/rules`. */
export const NewRule = z.extend(RuleConditions, {
  name: RuleName,
  projectId: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(limits.maxExternalIdLength)))),
  on: z._default(RuleMoment, 'call'),
  action: z._default(RuleAction, 'ask'),
  waitSeconds: z._default(WaitSeconds, 240),
  unanswered: z._default(Unanswered, 'deny'),
});
export type NewRule = z.infer<typeof NewRule>;

/** Body of `PATCH /api/rules/:id`; null takes a condition away. */
export const RulePatch = z.extend(RuleConditions, {
  name: z.optional(RuleName),
  projectId: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(limits.maxExternalIdLength)))),
  on: z.optional(RuleMoment),
  action: z.optional(RuleAction),
  waitSeconds: z.optional(WaitSeconds),
  unanswered: z.optional(Unanswered),
});
export type RulePatch = z.infer<typeof RulePatch>;

export const RuleList = z.object({ items: z.array(Rule), nextCursor: z.null() });
export type RuleList = z.infer<typeof RuleList>;

/** Body of `POST /api/rules/try`: a rule's conditions, and a call to hold against them. */
export const RuleTrial = z.object({
  rule: RuleConditions,
  tool: z.string().check(z.maxLength(limits.maxNameLength)),
  input: z.optional(z.unknown()),
  cwd: z.optional(z.nullable(z.string().check(z.maxLength(limits.maxFactLength)))),
  costMicroUsd: z.optional(z.int().check(z.gte(0), z.lte(limits.maxBudgetMicroUsd))),
  collides: z.optional(z.boolean()),
});
export type RuleTrial = z.infer<typeof RuleTrial>;

/** Whether the rule matches, and where it does not, why. */
export const RuleVerdict = z.object({ matches: z.boolean(), why: z.nullable(z.string()) });
export type RuleVerdict = z.infer<typeof RuleVerdict>;
