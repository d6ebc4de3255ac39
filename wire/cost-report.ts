import * as z from 'zod/mini';
import { Tokens } from './event.ts';
import { limits } from './limits.ts';

export const CostBy = z.enum(['day', 'project', 'user', 'agent', 'model', 'tool']);
export type CostBy = z.infer<typeof CostBy>;

const Day = z.string().check(z.refine(isDay, 'Write the day as 2026-11-21.'));

/** Query of `GET /api/costs` and `/api/costs.csv`: days in UTC, both included; the last thirty where they are left out. */
export const CostQuery = z.object({ from: z.optional(Day), to: z.optional(Day), by: z._default(CostBy, 'day') }).check(
  z.refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    message: 'The first day comes before the last.',
    path: ['from'],
  }),
  z.refine(({ from, to }) => from === undefined || to === undefined || daysBetween(from, to) <= limits.maxReportDays, {
    message: `A report covers at most ${limits.maxReportDays} days.`,
    path: ['from'],
  }),
);
export type CostQuery = z.infer<typeof CostQuery>;

/** The number of days from one to another, both included. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/**
 * What a row of the report stands for: one thing by its name, what came after there were too many, the tool calls among models, the
 * model calls among tools, and what was spent before costs were told apart.
 */
export const CostKind = z.enum(['named', 'other', 'tool_calls', 'model_calls', 'unattributed']);
export type CostKind = z.infer<typeof CostKind>;

export const CostGroup = z.object({
  kind: CostKind,
  /** The day, an id, or the name of an agent, model or tool; empty where the agent named none, and for all kinds but `named`. */
  key: z.string(),
  /** For people. */
  name: z.string(),
  costMicroUsd: z.int(),
  tokens: Tokens,
  /** Model calls, or tool calls that had a price; null in a report that does not count them. */
  calls: z.nullable(z.int()),
});
export type CostGroup = z.infer<typeof CostGroup>;

/** The dearest first, days in their order. `cells` add up to `items`, and `items` to `costMicroUsd`, whatever the report is by. */
export const CostReport = z.object({
  by: CostBy,
  from: z.string(),
  to: z.string(),
  costMicroUsd: z.int(),
  items: z.array(CostGroup),
  /** Days on which a group cost something. */
  cells: z.array(z.object({ day: z.string(), kind: CostKind, key: z.string(), costMicroUsd: z.int() })),
  nextCursor: z.null(),
});
export type CostReport = z.infer<typeof CostReport>;
