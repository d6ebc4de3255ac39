import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** What a client does without an answer of ours: let the agent go on, or hold it. */
export const FailMode = z.enum(['open', 'closed']);
export type FailMode = z.infer<typeof FailMode>;

const Quota = z.nullable(
  z
    .int('A quota is a whole number, or null for none.')
    .check(z.gte(0, 'A quota cannot be negative.'), z.lte(limits.maxQuota, 'A quota this high is none: take it away.')),
);

/** A token bucket: that many at once, and that many more each minute. */
export const BucketSize = z.object({
  burst: z
    .int('A burst is a whole number.')
    .check(z.gte(1, 'A burst is at least 1.'), z.lte(limits.maxBurst, `A burst is at most ${limits.maxBurst}.`)),
  perMinute: z
    .int('Events a minute are a whole number.')
    .check(z.gte(1, 'At least 1 a minute.'), z.lte(limits.maxBurst, `At most ${limits.maxBurst} a minute.`)),
});
export type BucketSize = z.infer<typeof BucketSize>;

/** How much an organization may use, and how long its sessions may run. Null means no quota. */
export const OrganizationLimits = z.object({
  /** Sessions that run, wait or are paused at the same time. */
  liveSessions: Quota,
  eventsPerDay: Quota,
  /** Bytes of stored logs, and of snapshots as they are packed. */
  storedBytes: Quota,
  /** Integer micro-dollars in a calendar month, UTC. */
  costMicroUsdPerMonth: Quota,
  /** Events, by whom they come through. */
  perSession: BucketSize,
  perToken: BucketSize,
  perUser: BucketSize,
  perOrganization: BucketSize,
  /** A session that runs longer than this is stopped. */
  executionTimeoutMs: z
    .int('A time is a whole number of milliseconds.')
    .check(
      z.gte(limits.minTimeoutMs, 'A session gets at least a minute.'),
      z.lte(limits.maxTimeoutMs, 'A session gets 30 days at most.'),
    ),
  /** A running agent that says nothing this long counts as killed. */
  silenceTimeoutMs: z
    .int('A time is a whole number of milliseconds.')
    .check(
      z.gte(limits.minTimeoutMs, 'An agent may be silent for at least a minute.'),
      z.lte(limits.maxTimeoutMs, 'An agent may be silent for 30 days at most.'),
    ),
  fail: FailMode,
  /** By project, where it differs from `fail`. */
  failByProject: z
    .record(z.string(), FailMode)
    .check(
      z.refine(
        (modes) => Object.keys(modes).length <= limits.maxFailModes,
        `At most ${limits.maxFailModes} projects differ from the organization.`,
      ),
    ),
});
export type OrganizationLimits = z.infer<typeof OrganizationLimits>;

export const defaultLimits: OrganizationLimits = {
  liveSessions: null,
  eventsPerDay: null,
  storedBytes: null,
  costMicroUsdPerMonth: null,
  perSession: { burst: 2000, perMinute: 12_000 },
  perToken: { burst: 10_000, perMinute: 120_000 },
  perUser: { burst: 20_000, perMinute: 240_000 },
  perOrganization: { burst: 100_000, perMinute: 1_200_000 },
  executionTimeoutMs: 6 * 3600_000,
  silenceTimeoutMs: 30 * 60_000,
  fail: 'open',
  failByProject: {},
};

/** Body of `PATCH /api/limits`: what is left out stays. `failByProject` is replaced as a whole. */
export const LimitsPatch = z.partial(OrganizationLimits);
export type LimitsPatch = z.infer<typeof LimitsPatch>;

export const QuotaName = z.enum(['liveSessions', 'eventsPerDay', 'storedBytes', 'costMicroUsdPerMonth']);
export type QuotaName = z.infer<typeof QuotaName>;

/** How a quota that is set stands: `within`, from 80 % on `soft`, or with nothing left. */
export const QuotaUse = z.object({
  quota: QuotaName,
  limit: z.int(),
  used: z.int(),
  state: z.enum(['within', 'soft', 'spent']),
});
export type QuotaUse = z.infer<typeof QuotaUse>;

/** Answer of `GET` and `PATCH /api/limits`. */
export const LimitsAnswer = z.object({
  limits: OrganizationLimits,
  usage: z.array(QuotaUse),
  /** Only of `PATCH`: a quota was set that is used up already. */
  warning: z.optional(z.string()),
});
export type LimitsAnswer = z.infer<typeof LimitsAnswer>;

/** The fail mode of one project. */
export const failModeOf = ({ fail, failByProject }: OrganizationLimits, projectId: string): FailMode =>
  (Object.hasOwn(failByProject, projectId) ? failByProject[projectId] : undefined) ?? fail;
