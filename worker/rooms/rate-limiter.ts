import { DurableObject } from 'cloudflare:workers';
import { type Bucket, type BucketAnswer, type BucketRule, takeToken } from '../domain/bucket.ts';
import type { Env } from '../env.ts';

/** One token bucket, exact under concurrency because it has one writer. It forgets itself once it would be full again. */
export class RateLimiter extends DurableObject<Env> {
  /** Takes one token under `rule`; says when to come back where there is none. */
  take(rule: BucketRule): Pick<BucketAnswer, 'allow' | 'remaining' | 'retryAfterMs'> {
    const before = this.ctx.storage.kv.get<Bucket>('bucket');
    const { bucket, ...answer } = takeToken(before, rule, Date.now());
    // A refused take changes nothing worth a write.
    if (answer.allow) {
      this.ctx.storage.kv.put('bucket', bucket);
      void this.ctx.storage.setAlarm(bucket.atMs + Math.ceil((rule.capacity - bucket.tokens) * rule.refillMs));
    }
    return answer;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
