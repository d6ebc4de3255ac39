import type { BucketSize } from '../../../wire/organization-limits.ts';
import type { Policy } from '../../../wire/policy.ts';
import { type Bucket, bucketRule, isWorthKeeping, resized, takeTokens } from '../../domain/bucket.ts';
import type { RateRefusal } from '../../domain/ingest.ts';
import {
  type BucketOwner,
  type KeptLease,
  type KeptLeases,
  type LeasedTokens,
  type LeaseRequest,
  leasesLeft,
} from '../../domain/shared-bucket.ts';

/** Leases tokens of a bucket. Rejects when it cannot be reached in time. */
export type RatePort = (owner: BucketOwner, id: string, request: LeaseRequest) => Promise<LeasedTokens>;

export interface GatePorts {
  now(): number;
  /** Has the sizes of all buckets. */
  policy(): Pick<Policy, 'version' | 'limits'>;
  lease: RatePort;
  background(work: Promise<void>): void;
}

/** Who sends, by the names of their buckets. */
export interface Sender {
  tokenId?: string | undefined;
  userId: string;
  organizationId: string;
}

/** What is stored with what passed. */
export interface KeptTokens {
  bucket?: Bucket | undefined;
  leases?: KeptLeases | undefined;
}

/** A lease in use. */
interface Block extends KeptLease {
  /** The one question that is on its way to the bucket. */
  asking: Promise<Asked> | null;
  /** It could not be reached and is not asked before this moment. */
  notBeforeMs: number;
}

interface Asked {
  need: number;
  /** Null where there was no answer. */
  leased: LeasedTokens | null;
}

/** A bucket out of reach is not waited for at each hook. */
const restMs = 1000;

/**
 * How many events may pass into a room: the session's own bucket, and tokens leased from those of the ingest token, the person and the
 * organization, which are objects of their own. Nothing passes on credit, so those are exact however many rooms there are. What is left of
 * the leases is stored with what passed: a room that a hook wakes up need not ask three objects first. What came after that is lost with the
 * room: lost tokens, never minted ones.
 */
export class Gate {
  private readonly ports: GatePorts;
  private session: Bucket | undefined;
  private sessionSize: BucketSize;
  private readonly blocks = new Map<string, Block>();
  /** When a lease was last used. */
  private leasedAtMs = 0;
  /** Tokens that all who wait here need. */
  private wanted = 0;

  /** `stored` is what was `kept`. */
  constructor(ports: GatePorts, stored: KeptTokens = {}) {
    this.ports = ports;
    this.sessionSize = ports.policy().limits.perSession;
    this.refill(stored);
  }

  /** Takes what was `kept`, where nothing has passed since. */
  refill({ bucket, leases }: KeptTokens): void {
    this.session ??= bucket;
    if (this.blocks.size > 0) return;
    this.leasedAtMs = leases?.atMs ?? 0;
    for (const lease of leasesLeft(leases, this.ports.now()))
      this.blocks.set(keyOf(lease), { ...lease, asking: null, notBeforeMs: 0 });
  }

  /** To be stored with what passed: the session's bucket, unless it is full again before its room may be evicted, and what is left of leases. */
  get kept(): KeptTokens {
    const { session, leasedAtMs: atMs } = this;
    const isWorth = session && isWorthKeeping(session, bucketRule(this.sessionSize), this.ports.now());
    const leases = [...this.blocks.values()]
      .filter(({ tokens }) => tokens > 0)
      .map(({ owner, id, size, tokens, spare }): KeptLease => ({ owner, id, size, tokens, spare }));
    return { ...(isWorth && { bucket: session }), ...(leases.length > 0 && { leases: { atMs, leases } }) };
  }

  /** Undefined lets `count` events pass; waits for a bucket only where what was leased from it is used up. */
  pass(sender: Sender, count: number): RateRefusal | undefined | Promise<RateRefusal | undefined> {
    const judged = this.judge(sender, count, new Set());
    return Array.isArray(judged) ? this.wait(sender, count, judged) : judged;
  }

  private async wait(sender: Sender, count: number, short: Block[]): Promise<RateRefusal | undefined> {
    // Rates are not money: a bucket that cannot be reached lets pass.
    const unreached = new Set<string>();
    this.wanted += count;
    for (let missing = short; ; ) {
      const answers = await Promise.all(missing.map(async (block) => ({ block, asked: await this.ask(block, count) })));
      for (const { block, asked } of answers) if (!asked.leased) unreached.add(keyOf(block));
      const judged = refusalIn(answers, count) ?? this.judge(sender, count, unreached);
      if (!Array.isArray(judged)) {
        // In the same turn: whoever asks next asks for those who still wait.
        this.wanted -= count;
        return judged;
      }
      missing = judged;
    }
  }

  /** Takes from every bucket or from none; answers those that hold too little here. Nothing can come between. */
  private judge(sender: Sender, count: number, unreached: ReadonlySet<string>): RateRefusal | Block[] | undefined {
    const nowMs = this.ports.now();
    const { perSession } = this.ports.policy().limits;
    const rule = bucketRule(perSession);
    this.session = resized(this.session, bucketRule(this.sessionSize), rule, nowMs);
    this.sessionSize = perSession;
    const own = takeTokens(this.session, rule, nowMs, count);
    if (!own.allow) return refusal('session', perSession, own);
    const blocks = this.blocksOf(sender);
    const short = blocks.filter(({ tokens }) => tokens < count);
    const missing = short.filter((block) => !unreached.has(keyOf(block)) && !isResting(block, nowMs));
    if (missing.length > 0) return missing;
    this.session = own.bucket;
    this.leasedAtMs = nowMs;
    for (const block of blocks) {
      if (short.includes(block)) continue;
      block.tokens -= count;
      this.refillSoon(block);
    }
    return undefined;
  }

  /** Asks a bucket for `need`, or waits for what is on its way already: that may do. */
  private ask(block: Block, need: number): Promise<Asked> {
    if (block.asking) return block.asking;
    const { version } = this.ports.policy();
    const { owner, id, size } = block;
    const wish = need === 0 ? 0 : this.wanted;
    block.asking = this.ports.lease(owner, id, { size, version, need, wish }).then(
      (leased) => {
        block.asking = null;
        block.notBeforeMs = 0;
        block.tokens += leased.granted;
        block.spare = leased.granted > wish ? leased.granted : 0;
        return { need, leased };
      },
      () => {
        block.asking = null;
        block.notBeforeMs = this.ports.now() + restMs;
        return { need, leased: null };
      },
    );
    return block.asking;
  }

  /** Fills in the background what is half empty, so that nobody waits for the next lease. Near the edge there is nothing to fill with. */
  private refillSoon(block: Block): void {
    if (block.asking || block.spare === 0 || block.tokens * 2 > block.spare) return;
    this.ports.background(this.ask(block, 0).then(() => {}));
  }

  private blocksOf({ tokenId, userId, organizationId }: Sender): Block[] {
    const { perToken, perUser, perOrganization } = this.ports.policy().limits;
    return [
      ...(tokenId === undefined ? [] : [this.block('token', tokenId, perToken)]),
      // A person's sessions in another organization are that one's.
      this.block('user', `${organizationId}/${userId}`, perUser),
      this.block('organization', organizationId, perOrganization),
    ];
  }

  /** What was leased under another size is not spent under this one; an answer on its way comes to the block that asked. */
  private block(owner: BucketOwner, id: string, size: BucketSize): Block {
    const key = keyOf({ owner, id });
    const known = this.blocks.get(key);
    if (known && known.size.burst === size.burst && known.size.perMinute === size.perMinute) return known;
    const block: Block = { owner, id, size, tokens: 0, spare: 0, asking: null, notBeforeMs: 0 };
    this.blocks.set(key, block);
    return block;
  }
}

/** A clock that goes back does not make the rest longer. */
const isResting = ({ notBeforeMs }: Block, nowMs: number): boolean => notBeforeMs > nowMs && notBeforeMs <= nowMs + restMs;

const keyOf = ({ owner, id }: Pick<Block, 'owner' | 'id'>): string => `${owner} ${id}`;

/** What was not there for one is not there for who needs as much. */
function refusalIn(answers: { block: Block; asked: Asked }[], count: number): RateRefusal | undefined {
  for (const { block, asked } of answers) {
    const isRefused = asked.leased?.granted === 0 && asked.need > 0 && asked.need <= count;
    if (asked.leased && isRefused) return refusal(block.owner, asked.leased.size, asked.leased);
  }
  return undefined;
}

const refusal = (
  by: RateRefusal['by'],
  { burst, perMinute }: BucketSize,
  { remaining, retryAfterMs }: { remaining: number; retryAfterMs: number },
): RateRefusal => ({ ok: false, code: 'rate_limited', by, burst, perMinute, remaining, retryAfterMs });
