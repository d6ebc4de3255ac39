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

/** Takes one token. A clock that went back mints nothing: time only counts forward from the last take. */
export function takeToken(before: Bucket | undefined, rule: BucketRule, nowMs: number): BucketAnswer {
  const last = before ?? { tokens: rule.capacity, atMs: nowMs };
  const atMs = Math.max(last.atMs, nowMs);
  const tokens = Math.min(rule.capacity, last.tokens + (atMs - last.atMs) / rule.refillMs);
  if (tokens >= 1)
    return { bucket: { tokens: tokens - 1, atMs }, allow: true, remaining: Math.floor(tokens - 1), retryAfterMs: 0 };
  return { bucket: { tokens, atMs }, allow: false, remaining: 0, retryAfterMs: Math.ceil((1 - tokens) * rule.refillMs) };
}
