import type { BucketSize } from '../../wire/organization-limits.ts';

/** A token bucket's state; tokens are fractional, and below none after a batch larger than the bucket. Times are Unix milliseconds. */
export interface Bucket {
  tokens: number;
  atMs: number;
}

export interface BucketRule {
  capacity: number;
  /** One token comes back after this long. */
  refillMs: number;
}

export interface BucketAnswer {
  bucket: Bucket;
  allow: boolean;
  remaining: number;
  /** 0 when allowed. */
  retryAfterMs: number;
}

/** What is in a bucket now. A clock that went back mints nothing: time only counts forward from the last take. */
export function refilled(before: Bucket | undefined, rule: BucketRule, nowMs: number): Bucket {
  const last = before ?? { tokens: rule.capacity, atMs: nowMs };
  const atMs = Math.max(last.atMs, nowMs);
  return { tokens: Math.min(rule.capacity, last.tokens + (atMs - last.atMs) / rule.refillMs), atMs };
}

/** Takes one token. */
export const takeToken = (before: Bucket | undefined, rule: BucketRule, nowMs: number): BucketAnswer =>
  takeTokens(before, rule, nowMs, 1);

/** Sums of fractions: who comes back when told to must not find a billionth of a token missing. */
const roundingError = 1e-6;

/**
 * Takes `count` tokens, all or none. More than a bucket ever holds passes when it is full, because it never could otherwise, and leaves it
 * in debt: whoever comes next waits until that is paid, so that large batches are no way around the rate.
 */
export function takeTokens(before: Bucket | undefined, rule: BucketRule, nowMs: number, count: number): BucketAnswer {
  const { tokens, atMs } = refilled(before, rule, nowMs);
  const needed = Math.min(count, rule.capacity);
  if (tokens + roundingError >= needed) {
    const left = tokens - count;
    return { bucket: { tokens: left, atMs }, allow: true, remaining: whole(left), retryAfterMs: 0 };
  }
  // While a clock that went back catches up nothing comes back either.
  const retryAfterMs = Math.ceil((needed - tokens) * rule.refillMs + (atMs - nowMs));
  return { bucket: { tokens, atMs }, allow: false, remaining: whole(tokens), retryAfterMs };
}

const whole = (tokens: number): number => Math.max(0, Math.floor(tokens + roundingError));

/** A bucket whose rule changes: what came back until now came by the old one, and the new one adds nothing by itself. */
export function resized(before: Bucket | undefined, from: BucketRule, to: BucketRule, nowMs: number): Bucket | undefined {
  if (!before) return undefined;
  const { tokens, atMs } = refilled(before, from, nowMs);
  return { tokens: Math.min(tokens, to.capacity), atMs };
}

/** When a bucket is full again, as if nothing had ever been taken. */
export const fullAtMs = ({ tokens, atMs }: Bucket, { capacity, refillMs }: BucketRule): number =>
  atMs + Math.ceil((capacity - tokens) * refillMs);

/** An object without work stays in memory at least this long. */
const leastIdleMs = 10_000;

/** Whether an eviction could mint tokens: what is full again before its object may be evicted need not be stored. */
export const isWorthKeeping = (bucket: Bucket, rule: BucketRule, nowMs: number): boolean =>
  fullAtMs(bucket, rule) - nowMs > leastIdleMs;

/** The rule of a bucket that organizations size by its burst and what comes back a minute. */
export const bucketRule = ({ burst, perMinute }: BucketSize): BucketRule => ({ capacity: burst, refillMs: 60_000 / perMinute });
