import type { BucketSize, OrganizationLimits } from '../../wire/organization-limits.ts';
import { type Bucket, type BucketRule, bucketRule, takeTokens } from '../domain/bucket.ts';
import type { RateRefusal } from '../domain/ingest.ts';

/** Whose bucket it is. */
export type BucketOwner = 'token' | 'user' | 'organization';

/** Leases tokens of a bucket, at least `need` of them or none. Rejects when it cannot be reached in time. */
export type RatePort = (
  owner: BucketOwner,
  id: string,
  rule: BucketRule,
  need: number,
) => Promise<{ granted: number; remaining: number; retryAfterMs: number }>;

export interface GatePorts {
  now(): number;
  lease: RatePort;
  background(work: Promise<void>): void;
}

/** Who sends, by the names of their buckets. */
export interface Sender {
  tokenId?: string | undefined;
  userId: string;
  organizationId: string;
}

interface Block {
  tokens: number;
  /** As many as the last lease brought. */
  leased: number;
  isAsking: boolean;
}

/**
 * How many events may pass into a room: the session's own bucket, and blocks of tokens leased from those of the ingest token, the
 * person and the organization, which are objects of their own. All in memory: a lease that is lost with the room is lost tokens, never
 * minted ones, and a session's bucket is full again by the time that its room may be evicted.
 */
export class Gate {
  private readonly ports: GatePorts;
  private session: Bucket | undefined;
  private readonly blocks = new Map<string, Block>();

  constructor(ports: GatePorts) {
    this.ports = ports;
  }

  /** Undefined lets `count` events pass; waits for a bucket only where what was leased from it is used up. */
  pass(sender: Sender, count: number, limits: OrganizationLimits): RateRefusal | undefined | Promise<RateRefusal | undefined> {
    const own = takeTokens(this.session, bucketRule(limits.perSession), this.ports.now(), count);
    if (!own.allow) return refusal('session', limits.perSession, own);
    this.session = own.bucket;
    const buckets = bucketsOf(sender, limits);
    // Taken before anything can be interrupted: whoever comes meanwhile finds what is left.
    const held = buckets.filter((bucket) => this.take(bucket, count));
    const needed = buckets.filter((bucket) => !held.includes(bucket));
    for (const bucket of held) this.refillSoon(bucket, count);
    if (needed.length === 0) return undefined;
    return this.lease(needed, count).then((refused) => {
      // Nothing passed: what it took is still there for others.
      if (refused) for (const { key } of held) this.blockOf(key).tokens += count;
      if (refused && this.session) this.session = { ...this.session, tokens: this.session.tokens + count };
      return refused;
    });
  }

  private async lease(needed: Named[], count: number): Promise<RateRefusal | undefined> {
    const answers = await Promise.all(
      needed.map(async (bucket) => {
        const { owner, id, size } = bucket;
        // Rates are not money: a bucket that cannot be reached lets pass.
        const unreached = { granted: count, remaining: count, retryAfterMs: 0 };
        return { bucket, answer: await this.ports.lease(owner, id, bucketRule(size), count).catch(() => unreached) };
      }),
    );
    const short = answers.find(({ answer }) => answer.granted === 0);
    for (const { bucket, answer } of answers) {
      const block = this.blockOf(bucket.key);
      block.tokens += short ? answer.granted : Math.max(0, answer.granted - count);
      block.leased = answer.granted;
    }
    return short && refusal(short.bucket.owner, short.bucket.size, short.answer);
  }

  /** A deep bucket gives a little on trust, so that the first hook of a session waits for nobody; the next lease pays for it. */
  private take({ key, size }: Named, count: number): boolean {
    const block = this.blockOf(key);
    if (block.tokens + Math.floor(size.burst * trustShare) < count) return false;
    block.tokens -= count;
    return true;
  }

  /** Fills in the background what is half empty, so that nobody waits for the next lease. Near the edge there is nothing to fill with. */
  private refillSoon({ key, owner, id, size }: Named, count: number): void {
    const block = this.blockOf(key);
    const isLow = block.tokens < 0 || (block.leased > count && block.tokens * 2 <= block.leased);
    if (block.isAsking || !isLow) return;
    block.isAsking = true;
    const asked = this.ports.lease(owner, id, bucketRule(size), Math.max(0, -block.tokens)).then(
      ({ granted }) => {
        block.tokens += granted;
        block.leased = granted;
        block.isAsking = false;
      },
      () => {
        block.isAsking = false;
      },
    );
    this.ports.background(asked);
  }

  private blockOf(key: string): Block {
    const known = this.blocks.get(key);
    if (known) return known;
    const block: Block = { tokens: 0, leased: 0, isAsking: false };
    this.blocks.set(key, block);
    return block;
  }
}

/** As much as a lease brings: what a room may pass before its bucket has answered. None of a shallow bucket, which is exact. */
const trustShare = 1 / 64;

interface Named {
  owner: BucketOwner;
  id: string;
  key: string;
  size: BucketSize;
}

function bucketsOf({ tokenId, userId, organizationId }: Sender, limits: OrganizationLimits): Named[] {
  // What was leased under other sizes is not spent under these.
  const keyOf = (owner: BucketOwner, { burst, perMinute }: BucketSize) => `${owner} ${burst}/${perMinute}`;
  const named = (owner: BucketOwner, id: string, size: BucketSize): Named => ({
    owner,
    id,
    key: `${id} ${keyOf(owner, size)}`,
    size,
  });
  return [
    ...(tokenId === undefined ? [] : [named('token', tokenId, limits.perToken)]),
    // A person's sessions in another organization are that one's.
    named('user', `${organizationId}/${userId}`, limits.perUser),
    named('organization', organizationId, limits.perOrganization),
  ];
}

const refusal = (
  by: RateRefusal['by'],
  { burst, perMinute }: BucketSize,
  { remaining, retryAfterMs }: { remaining: number; retryAfterMs: number },
): RateRefusal => ({ ok: false, code: 'rate_limited', by, burst, perMinute, remaining, retryAfterMs });
