import { DurableObject } from 'cloudflare:workers';
import {
  type Bucket,
  type BucketAnswer,
  type BucketRule,
  bucketRule,
  fullAtMs,
  isWorthKeeping,
  takeTokens,
} from '../../domain/bucket.ts';
import { type KnownSize, type LeasedTokens, type LeaseRequest, leaseTokens } from '../../domain/shared-bucket.ts';
import type { Env } from '../../env.ts';

export type Taken = Pick<BucketAnswer, 'allow' | 'remaining' | 'retryAfterMs'>;

/** A bucket, and when it is full again by the rule under which it was last taken from. */
interface Kept extends Bucket {
  fullAtMs: number;
}

/**
 * One token bucket, exact under concurrency because it has one writer. What refills within seconds lives in memory, since a stored
 * take costs a row; what takes longer is stored, and forgets itself once it is full again.
 */
export class RateLimiter extends DurableObject<Env> {
  /** Cache of what is stored, and all there is of a bucket that refills fast. */
  private kept: Kept | undefined;
  /** Cache of what is stored, by a version at least as new; until a room that knows a policy has come, what rooms assume. */
  private known: KnownSize | undefined;
  /** Cache: an alarm is set that is no later than a stored bucket is full. */
  private hasAlarm = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.kept = ctx.storage.kv.get<Kept>('bucket');
    this.known = ctx.storage.kv.get<KnownSize>('size');
  }

  /** Takes a token under `rule`; says when to come back where there is none. */
  take(rule: BucketRule): Taken {
    const { bucket, ...answer } = takeTokens(this.kept, rule, Date.now(), 1);
    this.keep(bucket, rule, answer.allow);
    return answer;
  }

  /** Tokens for a room to spend: what it needs at least, or none. */
  lease(request: LeaseRequest): LeasedTokens {
    const { size, version } = this.known ?? request;
    const { shared, leased } = leaseTokens({ size, version, bucket: this.kept }, request, Date.now());
    const isResized = this.learn(shared);
    this.keep(shared.bucket, bucketRule(shared.size), isResized || leased.granted > 0);
    return leased;
  }

  /** Runs when the bucket that was stored is full; one that was taken from meanwhile is so later. */
  override async alarm(): Promise<void> {
    this.hasAlarm = false;
    if (this.kept && this.kept.fullAtMs > Date.now()) return this.wakeAt(this.kept.fullAtMs);
    this.kept = undefined;
    this.ctx.storage.kv.delete('bucket');
    if (this.ctx.storage.kv.get('size') === undefined) await this.ctx.storage.deleteAll();
  }

  /** A refused take changes nothing worth a write. */
  private keep(bucket: Bucket, rule: BucketRule, isChanged: boolean): void {
    this.kept = { ...bucket, fullAtMs: fullAtMs(bucket, rule) };
    if (!isChanged || !isWorthKeeping(bucket, rule, Date.now())) return;
    this.ctx.storage.kv.put('bucket', this.kept);
    if (!this.hasAlarm) this.wakeAt(this.kept.fullAtMs);
  }

  /** Whether the size is another. One that stays is not written again, nor is one that nobody decided. */
  private learn({ size, version }: KnownSize): boolean {
    const { known } = this;
    if (version === known?.version) return false;
    this.known = { size, version };
    if (known?.size.burst === size.burst && known.size.perMinute === size.perMinute) return false;
    if (version > 0) this.ctx.storage.kv.put('size', this.known);
    return true;
  }

  private wakeAt(atMs: number): void {
    this.hasAlarm = true;
    void this.ctx.storage.setAlarm(atMs);
  }
}
