import { DurableObject } from 'cloudflare:workers';
import { type Bucket, type BucketAnswer, type BucketRule, leaseTokens, takeTokens } from '../domain/bucket.ts';
import type { Env } from '../env.ts';

/** An object without work stays in memory at least this long; a bucket that is full again by then need not be stored. */
const leastIdleMs = 10_000;

export type Taken = Pick<BucketAnswer, 'allow' | 'remaining' | 'retryAfterMs'>;

/**
 * One token bucket, exact under concurrency because it has one writer. What refills within seconds lives in memory, since a stored
 * take costs two rows; what takes longer is stored, and forgets itself once it would be full again.
 */
export class RateLimiter extends DurableObject<Env> {
  /** Cache of what is stored, and all there is of a bucket that refills fast. */
  private bucket: Bucket | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.bucket = ctx.storage.kv.get<Bucket>('bucket');
  }

  /** Takes `count` tokens under `rule`, all or none; says when to come back where there are too few. */
  take(rule: BucketRule, count = 1): Taken {
    const { bucket, ...answer } = takeTokens(this.bucket, rule, Date.now(), count);
    this.keep(bucket, rule, answer.allow);
    return answer;
  }

  /** Tokens for a room to spend: what it needs at least, or none. */
  lease(rule: BucketRule, need: number): Taken & { granted: number } {
    const { bucket, ...answer } = leaseTokens(this.bucket, rule, Date.now(), need);
    this.keep(bucket, rule, answer.granted > 0);
    return answer;
  }

  override async alarm(): Promise<void> {
    this.bucket = undefined;
    await this.ctx.storage.deleteAll();
  }

  /** A refused take changes nothing worth a write. */
  private keep(bucket: Bucket, rule: BucketRule, isTaken: boolean): void {
    this.bucket = bucket;
    if (!isTaken || rule.capacity * rule.refillMs <= leastIdleMs) return;
    this.ctx.storage.kv.put('bucket', bucket);
    void this.ctx.storage.setAlarm(bucket.atMs + Math.ceil((rule.capacity - bucket.tokens) * rule.refillMs));
  }
}
