import type { BucketSize } from '../../wire/organization-limits.ts';

/** A token bucket's state; tokens are fractional, times are Unix milliseconds. */
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

/** Takes `count` tokens, all or none. What is more than the bucket holds takes the full bucket, or it could never pass. */
export function takeTokens(before: Bucket | undefined, rule: BucketRule, nowMs: number, count: number): BucketAnswer {
  const { tokens, atMs } = refilled(before, rule, nowMs);
  const need = Math.min(count, rule.capacity);
  if (tokens >= need)
    return { bucket: { tokens: tokens - need, atMs }, allow: true, remaining: Math.floor(tokens - need), retryAfterMs: 0 };
  const retryAfterMs = Math.ceil((need - tokens) * rule.refillMs);
  return { bucket: { tokens, atMs }, allow: false, remaining: Math.floor(tokens), retryAfterMs };
}

/** A lease takes what is needed, or this share of what is left where that is more. */
const leaseShare = 1 / 64;

/** Tokens for whoever spends them elsewhere: never more than there are, so that near the edge a lease is what is needed and no more. */
export function leaseTokens(
  before: Bucket | undefined,
  rule: BucketRule,
  nowMs: number,
  need: number,
): BucketAnswer & { granted: number } {
  const { tokens } = refilled(before, rule, nowMs);
  const count = Math.max(Math.min(need, rule.capacity), Math.floor(tokens * leaseShare));
  const answer = takeTokens(before, rule, nowMs, count);
  return { ...answer, granted: answer.allow ? count : 0 };
}

/** The rule of a bucket that organizations size by its burst and what comes back a minute. */
export const bucketRule = ({ burst, perMinute }: BucketSize): BucketRule => ({ capacity: burst, refillMs: 60_000 / perMinute });
