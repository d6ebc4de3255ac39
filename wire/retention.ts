import * as z from 'zod/mini';
import { limits } from './limits.ts';

const Days = z.nullable(
  z
    .int('Days are a whole number, or null to keep for good.')
    .check(
      z.gte(1, 'Keep at least a day, or null to keep for good.'),
      z.lte(limits.maxRetentionDays, `At most ${limits.maxRetentionDays} days; null keeps for good.`),
    ),
);

/** How long an organization keeps what. Null: until somebody deletes it. */
export const Retention = z.object({
  /** Days that the log of a session that is over stays in its room before it moves to the archive; 0: an hour. */
  liveDays: z
    .int('Days are a whole number.')
    .check(z.gte(0, 'Days cannot be negative.'), z.lte(limits.maxLiveDays, `At most ${limits.maxLiveDays} days.`)),
  /** Days after a session's last event, or its import, until it goes into the trash. */
  sessionDays: Days,
  /** Days after a snapshot was taken, or last brought back, until it goes into the trash. */
  snapshotDays: Days,
});
export type Retention = z.infer<typeof Retention>;

export const defaultRetention: Retention = { liveDays: 0, sessionDays: null, snapshotDays: null };

/** Body of `PATCH /api/retention`: what is left out stays. */
export const RetentionPatch = z.partial(Retention);
export type RetentionPatch = z.infer<typeof RetentionPatch>;

/** What one run did. */
export const RetentionReport = z.object({
  at: z.string(),
  /** Into the trash, by their age. */
  trashedSessions: z.int(),
  trashedSnapshots: z.int(),
  /** Out of it, for good. */
  erasedSessions: z.int(),
  erasedSnapshots: z.int(),
  /** What could not be done and is tried again. */
  failures: z.int(),
});
export type RetentionReport = z.infer<typeof RetentionReport>;

/** Answer of `GET` and `PATCH /api/retention`. */
export const RetentionAnswer = z.object({
  retention: Retention,
  /** How long what was thrown away can be brought back. */
  trashDays: z.int(),
  /** Runs that did something, the latest first. */
  reports: z.array(RetentionReport),
});
export type RetentionAnswer = z.infer<typeof RetentionAnswer>;
