import type { BucketSize } from '../../wire/organization-limits.ts';
import { type Bucket, bucketRule, refilled, resized, takeTokens } from './bucket.ts';

/** How large a bucket is, by which version of its organization's policy. */
export interface KnownSize {
  size: BucketSize;
  version: number;
}

/** Whose bucket it is. */
export type BucketOwner = 'token' | 'user' | 'organization';

/** A bucket that rooms lease tokens of. */
export interface SharedBucket extends KnownSize {
  /** Undefined while nothing was ever taken. */
  bucket: Bucket | undefined;
}

/** What a room asks of a bucket that it shares. */
export interface LeaseRequest extends KnownSize {
  /** Without this many it gets none. */
  need: number;
  /** What all who wait in the room need: given as far as there are tokens. */
  wish: number;
}

export interface LeasedTokens {
  /** 0 where there were too few. */
  granted: number;
  remaining: number;
  retryAfterMs: number;
  /** By which this was decided: a new session's room does not know it yet. */
  size: BucketSize;
}

/** What is left of a room's leases, as it stores that with what passed: the room may be evicted, and its leases are not for ever. */
export interface KeptLeases {
  /** When the room last took from them, or got them. Unix milliseconds. */
  atMs: number;
  leases: KeptLease[];
}

/** Tokens of one bucket that a room may spend. */
export interface KeptLease {
  owner: BucketOwner;
  id: string;
  /** By which it was leased. */
  size: BucketSize;
  tokens: number;
  /** As many as the last lease brought, where that was more than was needed. */
  spare: number;
}

/**
 * A room that has been idle for longer begins without leases: what lies idle in rooms comes on top of a burst, and what a model thinks for
 * between two hooks is seldom longer.
 */
export const maxLeaseIdleMs = 60_000;

/** Leases of a room that wakes up; none by a clock that went back. */
export const leasesLeft = (kept: KeptLeases | undefined, nowMs: number): KeptLease[] =>
  kept && kept.atMs <= nowMs && nowMs - kept.atMs <= maxLeaseIdleMs ? kept.leases : [];

/** Beyond what is wanted a room gets this share of what is left, so that it seldom has to ask. */
const leaseShare = 1 / 64;

/** Fewer are not worth it: up to a burst of a thousand no token lies idle in one room while another is refused. */
const leastAhead = 16;

/**
 * Tokens for a room to spend: to the bucket they are gone, whatever becomes of them. A room whose policy is older, or that knows none yet,
 * does not resize it.
 */
export function leaseTokens(
  before: SharedBucket,
  { size, version, need, wish }: LeaseRequest,
  nowMs: number,
): { shared: SharedBucket & { bucket: Bucket }; leased: LeasedTokens } {
  const known = version > before.version ? { size, version } : before;
  const rule = bucketRule(known.size);
  const bucket = resized(before.bucket, bucketRule(before.size), rule, nowMs);
  const { tokens } = refilled(bucket, rule, nowMs);
  const ahead = Math.floor(tokens * leaseShare);
  const count = Math.max(need, Math.min(wish, Math.floor(tokens)), ahead < leastAhead ? 0 : ahead);
  const { bucket: after, allow, remaining, retryAfterMs } = takeTokens(bucket, rule, nowMs, count);
  return {
    shared: { size: known.size, version: known.version, bucket: after },
    leased: { granted: allow ? count : 0, remaining, retryAfterMs, size: known.size },
  };
}
