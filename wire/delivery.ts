import * as z from 'zod/mini';
import { PageQuery } from './page.ts';

/** What an attempt came to. `unknown`: it may have arrived, the answer was lost. */
export const AttemptOutcome = z.enum(['delivered', 'refused', 'retry', 'unknown']);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

export const DeliveryAttempt = z.object({
  n: z.int(),
  at: z.string(),
  /** Null while it is under way. */
  outcome: z.nullable(AttemptOutcome),
  /** What the receiver said, in a sentence. */
  detail: z.string(),
  durationMs: z.nullable(z.int()),
});
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** Where a delivery stands. `unknown` is an end: it may have arrived, and the receiver has no way to tell. */
export const DeliveryOutcome = z.enum(['waiting', 'sending', 'delivered', 'refused', 'unknown']);
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>;

/** Something on its way out of an organization, and what became of it. */
export const Delivery = z.object({
  id: z.string(),
  key: z.string(),
  /** Deliveries of one target go out one after the other. */
  target: z.string(),
  /** Whose sender it is: a kind of channel, or of an integration. */
  kind: z.string(),
  /** The channel it goes to; null where an integration sent it. */
  channelId: z.nullable(z.string()),
  title: z.string(),
  outcome: DeliveryOutcome,
  createdAt: z.string(),
  finishedAt: z.nullable(z.string()),
  /** When it is tried next; null where it is over, or others of its target come first. */
  nextAttemptAt: z.nullable(z.string()),
  /** The last ones; `attemptCount` counts all. */
  attempts: z.array(DeliveryAttempt),
  attemptCount: z.int(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Query of `GET /api/deliveries`, the latest first. */
export const DeliveryQuery = z.extend(PageQuery, {
  channel: z.optional(z.string().check(z.maxLength(64))),
  outcome: z.optional(DeliveryOutcome),
  /** One notification, wherever it went. */
  key: z.optional(z.string().check(z.maxLength(256))),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

export const DeliveryPage = z.object({ items: z.array(Delivery), nextCursor: z.nullable(z.string()) });
export type DeliveryPage = z.infer<typeof DeliveryPage>;
