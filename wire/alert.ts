import * as z from 'zod/mini';
import { Delivery } from './delivery.ts';
import { limits } from './limits.ts';
import { Severity } from './notification.ts';
import { PageQuery } from './page.ts';

/** What a rule looks at. `alertKinds` says what each one compares. */
export const AlertKind = z.enum([
  'session_failed',
  'call_waiting',
  'session_waiting',
  'session_stuck',
  'session_over_budget',
  'collision',
  'hooks_refused',
  'session_cost',
  'session_errors',
  'failed_sessions',
  'budget_used',
  'quota_used',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** What a rule of this kind compares its threshold with; null where there is nothing to compare. */
interface KindSpec {
  unit: 'minutes' | 'percent' | 'micro_usd' | 'count' | null;
  least: number;
  most: number;
  /** Counted over the rule's window. */
  hasWindow?: true;
  /** What it looks at belongs to no project. */
  isGlobal?: true;
}

const percent = { unit: 'percent', least: 1, most: 1000 } as const;
const minutes = { unit: 'minutes', least: 0, most: limits.maxAlertWaitMinutes } as const;
const count = { unit: 'count', least: 1, most: 1_000_000 } as const;
const nothing = { unit: null, least: 0, most: 0 } as const;

export const alertKinds = {
  session_failed: nothing,
  call_waiting: minutes,
  session_waiting: minutes,
  session_stuck: { ...minutes, least: 1 },
  session_over_budget: nothing,
  collision: nothing,
  hooks_refused: { ...percent, most: 100 },
  session_cost: { unit: 'micro_usd', least: 1, most: limits.maxBudgetMicroUsd },
  session_errors: count,
  failed_sessions: { ...count, hasWindow: true },
  budget_used: percent,
  quota_used: { ...percent, isGlobal: true },
} as const satisfies Record<AlertKind, KindSpec>;

/** The threshold's unit and bounds for a rule of this kind. */
export const kindSpec = (kind: AlertKind): KindSpec => alertKinds[kind];

const Clock = z
  .string('A time of day is hours and minutes.')
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time of day is hours and minutes, such as 22:00.'));

/** From one time of day to another, over midnight where `to` is the earlier. Nobody is told then; what is still open is told at its end. */
export const QuietHours = z
  .object({
    from: Clock,
    to: Clock,
    /** As the IANA time zone database calls it: `Europe/Berlin`. */
    timeZone: z.string().check(z.refine(isTimeZone, 'Name a time zone as in Europe/Berlin, or UTC.')),
  })
  .check(z.refine(({ from, to }) => from !== to, { path: ['to'], error: 'Quiet hours end at another time than they begin.' }));
export type QuietHours = z.infer<typeof QuietHours>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const AlertRule = z.object({
  id: z.string(),
  /** Comes with Flightdeck: it can be changed, switched off and reset, not deleted. */
  isBuiltIn: z.boolean(),
  /** Of a built-in rule: somebody changed it. */
  isChanged: z.boolean(),
  name: z.string(),
  enabled: z.boolean(),
  kind: AlertKind,
  /** In the unit of its kind; 0 where there is nothing to compare. */
  threshold: z.int(),
  /** How far back is counted, for kinds that count. */
  windowMinutes: z.int(),
  /** Null for every project. */
  projectId: z.nullable(z.string()),
  severity: Severity,
  /** Not again for the same subject within this time. */
  throttleMinutes: z.int(),
  quietHours: z.nullable(QuietHours),
  /** Whom it tells besides the Alerts page. */
  channelIds: z.array(z.string()),
});
export type AlertRule = z.infer<typeof AlertRule>;

const Name = z
  .string('Give the rule a name.')
  .check(z.trim(), z.minLength(1, 'Give the rule a name.'), z.maxLength(limits.maxAlertRuleNameLength));
const Threshold = z.int('A threshold is a whole number.').check(z.gte(0, 'A threshold is not negative.'));
const Window = z
  .int('A window is a whole number of minutes.')
  .check(z.gte(1, 'A window is at least a minute.'), z.lte(limits.maxAlertWindowMinutes, 'A window is a day at most.'));
const Throttle = z
  .int('A throttle is a whole number of minutes.')
  .check(z.gte(0, 'A throttle is not negative.'), z.lte(limits.maxThrottleMinutes, 'A throttle is a week at most.'));
const Id = z.string().check(z.minLength(1), z.maxLength(limits.maxExternalIdLength));
const Channels = z
  .array(Id)
  .check(z.maxLength(limits.maxAlertChannels, `A rule tells ${limits.maxAlertChannels} channels at most.`));

/** Body of `POST /api/alert-rules`. */
export const NewAlertRule = z
  .object({
    name: Name,
    enabled: z._default(z.boolean(), true),
    kind: AlertKind,
    threshold: z._default(Threshold, 0),
    windowMinutes: z._default(Window, 60),
    projectId: z._default(z.nullable(Id), null),
    severity: z._default(Severity, 'warning'),
    throttleMinutes: z._default(Throttle, 30),
    quietHours: z._default(z.nullable(QuietHours), null),
    channelIds: z._default(Channels, []),
  })
  .check((context) => {
    const problem = thresholdProblem(context.value);
    if (problem) context.issues.push({ code: 'custom', input: context.value.threshold, path: ['threshold'], message: problem });
  });
export type NewAlertRule = z.infer<typeof NewAlertRule>;

/** Body of `PATCH /api/alert-rules/:id`: what is left out stays. What a rule looks at cannot be changed. */
export const AlertRulePatch = z.object({
  name: z.optional(Name),
  enabled: z.optional(z.boolean()),
  threshold: z.optional(Threshold),
  windowMinutes: z.optional(Window),
  projectId: z.optional(z.nullable(Id)),
  severity: z.optional(Severity),
  throttleMinutes: z.optional(Throttle),
  quietHours: z.optional(z.nullable(QuietHours)),
  channelIds: z.optional(Channels),
});
export type AlertRulePatch = z.infer<typeof AlertRulePatch>;

const unitWords = { minutes: 'minutes', percent: 'percent', micro_usd: 'micro-dollars', count: 'a count' } as const;

/** What is wrong with a rule's threshold; undefined where nothing is. */
export function thresholdProblem({ kind, threshold }: Pick<AlertRule, 'kind' | 'threshold'>): string | undefined {
  const { unit, least, most } = kindSpec(kind);
  if (threshold >= least && threshold <= most) return undefined;
  if (unit === null) return 'This kind of rule has no threshold: leave it out.';
  return `The threshold is ${unitWords[unit]}, from ${least} to ${most}.`;
}

export const AlertRuleList = z.object({ items: z.array(AlertRule), nextCursor: z.null() });
export type AlertRuleList = z.infer<typeof AlertRuleList>;

const Deed = z.object({ userId: z.string(), name: z.string(), at: z.string() });

/** What a rule found, from when to when, and what people did about it. */
export const Alert = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  kind: AlertKind,
  severity: Severity,
  /** The session, budget, quota or project that it is about. */
  subject: z.string(),
  projectId: z.nullable(z.string()),
  sessionId: z.optional(z.string()),
  /** The call that waits, as its session names it. */
  callId: z.optional(z.string()),
  title: z.string(),
  body: z.string(),
  /** Where to look, under the organization's pages: `/sessions/ses_…`. */
  link: z.string(),
  firedAt: z.string(),
  /** Null while it is open. */
  resolvedAt: z.nullable(z.string()),
  /** Why it is over: it holds no longer, what it was about is gone, or the rule was switched off or deleted. */
  resolvedBecause: z.optional(z.enum(['over', 'gone', 'rule'])),
  /** Quiet hours hold the telling back. */
  isQuiet: z.boolean(),
  acknowledged: z.optional(Deed),
  snoozed: z.optional(z.extend(Deed, { until: z.string() })),
});
export type Alert = z.infer<typeof Alert>;

/** Query of `GET /api/alerts`, the latest first. */
export const AlertQuery = z.extend(PageQuery, {
  state: z.optional(z.enum(['open', 'resolved'])),
  rule: z.optional(Id),
  session: z.optional(Id),
});
export type AlertQuery = z.infer<typeof AlertQuery>;

export const AlertPage = z.object({
  items: z.array(Alert),
  nextCursor: z.nullable(z.string()),
  /** Open ones that nobody acknowledged or snoozed, of the whole organization. */
  pressing: z.int(),
});
export type AlertPage = z.infer<typeof AlertPage>;

/** Answer of `GET /api/alerts/:id`: with what its channels were told. */
export const AlertDetail = z.extend(Alert, { deliveries: z.array(Delivery) });
export type AlertDetail = z.infer<typeof AlertDetail>;

/** Body of `POST /api/alerts/:id/snooze`. */
export const Snooze = z.object({
  minutes: z
    .int('A snooze is a whole number of minutes.')
    .check(z.gte(1, 'A snooze is at least a minute.'), z.lte(limits.maxThrottleMinutes, 'A snooze is a week at most.')),
});
export type Snooze = z.infer<typeof Snooze>;

/** One time that a rule would have fired. */
export const TrialFiring = z.object({
  title: z.string(),
  link: z.string(),
  at: z.string(),
  /** Null where it still holds. */
  until: z.nullable(z.string()),
  /** Nobody would have been told, because of quiet hours. */
  isQuiet: z.boolean(),
});
export type TrialFiring = z.infer<typeof TrialFiring>;

/** Answer of `POST /api/alert-rules/try`. */
export const AlertTrial = z.object({
  from: z.string(),
  to: z.string(),
  firings: z.array(TrialFiring),
  /** Sessions whose logs were read, and whether there were more, or longer ones, than are read. */
  sessions: z.int(),
  isPartial: z.boolean(),
});
export type AlertTrial = z.infer<typeof AlertTrial>;
