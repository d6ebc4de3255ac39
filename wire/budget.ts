import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** `session` is what each session gets for itself; nothing of it is shared. */
export const BudgetScope = z.enum(['session', 'project', 'user', 'organization']);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** Days and months are calendar ones, in UTC; `session` is as long as a session. */
export const BudgetWindow = z.enum(['session', 'day', 'month', 'lifetime']);
export type BudgetWindow = z.infer<typeof BudgetWindow>;

/** Micro-dollars, or tokens of every kind for those who pay by subscription. */
export const BudgetUnit = z.enum(['micro_usd', 'tokens']);
export type BudgetUnit = z.infer<typeof BudgetUnit>;

/**
 * What happens at the limit. `warn` refuses nothing; `ask` has a person decide each call that would cross it; `pause` holds the session
 * until a person resumes it; `stop` refuses what would cross the limit and lets the session go on as soon as there is room.
 */
export const BudgetAction = z.enum(['warn', 'ask', 'pause', 'stop']);
export type BudgetAction = z.infer<typeof BudgetAction>;

const Limit = z
  .int('A limit is a whole number of micro-dollars or tokens.')
  .check(
    z.gte(0, 'A limit cannot be negative; 0 lets nothing through.'),
    z.lte(limits.maxBudgetMicroUsd, 'A limit this high is a typing error.'),
  );
const SoftPercent = z
  .int('The warning is a whole percentage of the limit.')
  .check(z.gte(1, 'The warning comes at 1 % or more.'), z.lte(100, 'The warning comes at 100 % at the latest.'));

export const Budget = z.object({
  id: z.string(),
  scope: BudgetScope,
  /** The project's or user's id; null for the whole organization. With scope `session`: the project whose sessions get it, null for all. */
  scopeId: z.nullable(z.string()),
  window: BudgetWindow,
  unit: BudgetUnit,
  /** In `unit`. */
  limit: Limit,
  /** From this share of the limit on, it is shown as nearly spent. */
  softPercent: SoftPercent,
  action: BudgetAction,
  createdAt: z.string(),
});
export type Budget = z.infer<typeof Budget>;

/** Body of `POST /api/budgets`. */
export const NewBudget = z
  .object({
    scope: BudgetScope,
    scopeId: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(limits.maxExternalIdLength)))),
    window: BudgetWindow,
    unit: z._default(BudgetUnit, 'micro_usd'),
    limit: Limit,
    softPercent: z._default(SoftPercent, 80),
    action: z._default(BudgetAction, 'stop'),
  })
  .check(
    z.refine(({ scope, window }) => (scope === 'session') === (window === 'session'), {
      path: ['window'],
      error: 'A budget for each session lasts as long as the session, and no other does: say "session" for both, or for neither.',
    }),
  );
export type NewBudget = z.infer<typeof NewBudget>;

/** Body of `PATCH /api/budgets/:id`: what it counts stays, how much and what happens then may change. */
export const BudgetPatch = z.object({
  limit: z.optional(Limit),
  softPercent: z.optional(SoftPercent),
  action: z.optional(BudgetAction),
  /** Changes it only while its limit is still this: somebody else may have set another meanwhile. */
  ifLimit: z.optional(Limit),
});
export type BudgetPatch = z.infer<typeof BudgetPatch>;

/** Which threshold was crossed: the share that warns, or the limit. */
export const BudgetBite = z.object({
  at: z.string(),
  kind: z.enum(['soft', 'hard']),
  /** The session that was refused; null where spending alone crossed the line. */
  sessionId: z.nullable(z.string()),
  spent: z.int(),
  limit: z.int(),
});
export type BudgetBite = z.infer<typeof BudgetBite>;

/** A budget and how its current window stands, all amounts in its `unit`. */
export const BudgetStanding = z.extend(Budget, {
  /** `within`, past the share that warns, or with nothing left. */
  state: z.enum(['within', 'soft', 'spent']),
  spent: z.int(),
  /** Set aside by running sessions and not spent yet. */
  reserved: z.int(),
  windowStart: z.string(),
  /** Null for a lifetime budget. */
  windowEnd: z.nullable(z.string()),
  forecast: z.object({
    /** Units per hour over the recent past; 0 where nothing was spent lately. */
    perHour: z.number(),
    /** When the limit will be reached at that rate, if the window lasts that long. */
    crossesAt: z.nullable(z.string()),
  }),
});
export type BudgetStanding = z.infer<typeof BudgetStanding>;

/** One budget with its picture: what was spent by when, and where it bit. */
export const BudgetDetail = z.extend(BudgetStanding, {
  points: z.array(z.object({ at: z.string(), spent: z.int() })),
  bites: z.array(BudgetBite),
});
export type BudgetDetail = z.infer<typeof BudgetDetail>;

/** Answer to making or changing a budget. */
export const ChangedBudget = z.extend(BudgetDetail, {
  /** Set where the limit is below what is spent already: it holds at once. */
  warning: z.optional(z.string()),
});
export type ChangedBudget = z.infer<typeof ChangedBudget>;

export const BudgetList = z.object({ items: z.array(BudgetDetail), nextCursor: z.null() });
export type BudgetList = z.infer<typeof BudgetList>;
