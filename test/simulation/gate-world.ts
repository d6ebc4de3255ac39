import { type BucketSize, defaultLimits, type OrganizationLimits } from '../../wire/organization-limits.ts';
import { type Bucket, bucketRule, isWorthKeeping } from '../../worker/domain/bucket.ts';
import type { RateRefusal } from '../../worker/domain/ingest.ts';
import {
  type BucketOwner,
  type KnownSize,
  type LeasedTokens,
  type LeaseRequest,
  leaseTokens,
} from '../../worker/domain/shared-bucket.ts';
import { Gate, type KeptTokens } from '../../worker/rooms/session/gate.ts';

type Rates = Pick<OrganizationLimits, 'perSession' | 'perToken' | 'perUser' | 'perOrganization'>;

/** What a bucket holds by the plainest rule there is: time flows, and whoever takes must find it there. */
class Level {
  private tokens: number;
  private size: BucketSize;
  private isTouched = false;

  constructor(size: BucketSize) {
    this.size = size;
    this.tokens = size.burst;
  }

  pass(ms: number): void {
    this.tokens = Math.min(this.size.burst, this.tokens + (ms * this.size.perMinute) / 60_000);
  }

  /** A bucket that is full, or that nobody took from yet, is so in its new size. */
  resize(size: BucketSize): void {
    const isFull = !this.isTouched || this.tokens + 1e-3 >= this.size.burst;
    this.tokens = isFull ? size.burst : Math.min(this.tokens, size.burst);
    this.size = size;
  }

  /** More than it can hold is taken from full, on credit. */
  take(what: string, count: number): void {
    if (this.tokens + 1e-3 < Math.min(count, this.size.burst)) throw new Error(`${what}: ${count} taken of ${this.tokens}`);
    this.tokens -= count;
    this.isTouched = true;
  }
}

/** A bucket's object: what it knows, and what of that is stored. */
class BucketObject {
  private readonly name: string;
  private bucket: Bucket | undefined;
  private known: KnownSize | undefined;
  private readonly stored: { bucket?: Bucket; size?: KnownSize } = {};
  private level: Level | undefined;
  private newest = -1;
  idleMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  lease(request: LeaseRequest, nowMs: number): LeasedTokens {
    const { size, version } = this.known ?? request;
    const { shared, leased } = leaseTokens({ size, version, bucket: this.bucket }, request, nowMs);
    this.idleMs = 0;
    this.bucket = shared.bucket;
    this.known = { size: shared.size, version: shared.version };
    const isNews = shared.size !== size;
    this.stored.size = this.known;
    if ((leased.granted > 0 || isNews) && isWorthKeeping(shared.bucket, bucketRule(shared.size), nowMs))
      this.stored.bucket = shared.bucket;
    this.level ??= new Level(request.size);
    if (request.version > this.newest) this.level.resize(request.size);
    this.newest = Math.max(this.newest, request.version);
    if (leased.granted > 0) this.level.take(this.name, leased.granted);
    return leased;
  }

  pass(ms: number): void {
    this.idleMs += ms;
    this.level?.pass(ms);
  }

  evict(): void {
    this.bucket = this.stored.bucket;
    this.known = this.stored.size;
  }
}

/** A session's room as far as its gate is concerned. */
class GatedRoom {
  gate!: Gate; // Made by `wake`, which the world calls at once.
  policy: { version: number; limits: OrganizationLimits };
  stored: KeptTokens | undefined;
  idleMs = 0;
  /** Posts whose answer is still to come. */
  waiting = 0;
  level: Level;
  /** Its bucket was resized since anything passed: that is stored with what passes next. */
  isResized = false;
  /** What was ever leased of each bucket, less what passed: an eviction may lose some of it, and adds nothing. */
  readonly left = new Map<string, number>();
  /** When a bucket could not be reached, by true time and by the clock: what passes then may not have asked it. */
  readonly unreached = new Map<string, { realMs: number; nowMs: number }>();

  constructor(version: number, limits: OrganizationLimits) {
    this.policy = { version, limits };
    this.level = new Level(limits.perSession);
  }
}

interface Call {
  room: GatedRoom;
  key: string;
  act(): LeasedTokens;
  resolve(leased: LeasedTokens): void;
  reject(): void;
}

/** Rooms, the buckets that they share, and a network that loses calls and brings answers late. */
export class GateWorld {
  readonly rooms: GatedRoom[];
  readonly seen = { passed: 0, refused: 0, lost: 0, late: 0, evictions: 0, resized: 0 };
  private readonly objects = new Map<string, BucketObject>();
  private calls: Call[] = [];
  private version = 1;
  private limits: OrganizationLimits;
  private failure: unknown;
  private realMs = 1_000_000_000;
  /** Clocks only ever go back here: what they bring forward is time gone by to everybody. */
  private behindMs = 0;
  private readonly pick: (below: number) => number;

  constructor(rooms: number, rates: Rates, pick: (below: number) => number) {
    this.pick = pick;
    this.limits = { ...defaultLimits, ...rates };
    this.rooms = Array.from({ length: rooms }, () => new GatedRoom(this.version, this.limits));
    for (const room of this.rooms) this.wake(room);
  }

  get pending(): number {
    return this.calls.length;
  }

  post(room: GatedRoom, count: number): void {
    const { gate } = room;
    room.idleMs = 0;
    room.waiting += 1;
    // As the gate does: time until somebody looks went by under the old size.
    room.level.resize(room.policy.limits.perSession);
    const { realMs, nowMs } = this;
    const answered = (refused: RateRefusal | undefined) => {
      // An evicted room answers nobody.
      if (room.gate !== gate) return;
      room.waiting -= 1;
      room.idleMs = 0;
      if (refused) {
        this.seen.refused += 1;
        return;
      }
      this.seen.passed += count;
      // As a log row has it.
      room.stored = JSON.parse(JSON.stringify(gate.kept));
      room.isResized = false;
      room.level.resize(room.policy.limits.perSession);
      room.level.take('a session', count);
      for (const key of ['token tok', 'user org/usr', 'organization org']) {
        // A bucket that could not be reached while this waited, or shortly before, is not asked again.
        const unreached = room.unreached.get(key);
        const isResting = (atMs: number) => unreached !== undefined && Math.abs(unreached.nowMs - atMs) <= 1000;
        if (unreached && (unreached.realMs + 1000 >= realMs || isResting(nowMs) || isResting(this.nowMs))) continue;
        const left = (room.left.get(key) ?? 0) - count;
        if (left < 0) throw new Error(`${key}: ${count} passed where ${left + count} were leased`);
        room.left.set(key, left);
      }
    };
    Promise.resolve(gate.pass({ tokenId: 'tok', userId: 'usr', organizationId: 'org' }, count))
      .then(answered)
      .catch((error) => {
        this.failure ??= error;
      });
  }

  /** A call arrives and is answered, or gets lost on the way to the bucket, or its answer comes too late. */
  deliver(trouble: number): void {
    const [call] = this.calls.splice(this.pick(this.calls.length), 1);
    if (!call) return;
    const isLost = this.pick(100) < trouble;
    const isLate = !isLost && this.pick(100) < trouble;
    const leased = isLost ? undefined : call.act();
    if (leased && !isLate) {
      const { room, key } = call;
      room.left.set(key, (room.left.get(key) ?? 0) + leased.granted);
      call.resolve(leased);
      return;
    }
    this.seen[isLate ? 'late' : 'lost'] += 1;
    call.room.unreached.set(call.key, { realMs: this.realMs, nowMs: this.nowMs });
    call.reject();
  }

  pass(ms: number): void {
    this.realMs += ms;
    for (const object of this.objects.values()) object.pass(ms);
    for (const room of this.rooms) {
      room.idleMs += ms;
      room.level.pass(ms);
    }
  }

  turnClockBack(ms: number): void {
    this.behindMs += ms;
  }

  /** What has had nothing to do for ten seconds may be put out of memory. */
  evictIdle(): void {
    for (const object of this.objects.values()) if (object.idleMs >= 10_000) object.evict();
    for (const room of this.rooms) {
      if (room.idleMs < 10_000 || room.waiting > 0) continue;
      this.seen.evictions += 1;
      this.wake(room);
    }
  }

  resize(rates: Rates): void {
    this.version += 1;
    this.seen.resized += 1;
    this.limits = { ...this.limits, ...rates };
  }

  /** A room hears of the newest policy. */
  adopt(room: GatedRoom): void {
    room.policy = { version: this.version, limits: this.limits };
    room.isResized = true;
  }

  /** What a post found wrong after it was answered. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  private get nowMs(): number {
    return this.realMs - this.behindMs;
  }

  private wake(room: GatedRoom): void {
    if (room.isResized) room.level = new Level(room.policy.limits.perSession);
    room.gate = new Gate(
      {
        now: () => this.nowMs,
        policy: () => room.policy,
        background: (work) => void work,
        lease: (owner, id, request) => this.call(room, owner, id, structuredClone(request)),
      },
      room.stored,
    );
  }

  private call(room: GatedRoom, owner: BucketOwner, id: string, request: LeaseRequest): Promise<LeasedTokens> {
    const key = `${owner} ${id}`;
    const object = this.objects.get(key) ?? new BucketObject(key);
    this.objects.set(key, object);
    return new Promise((resolve, reject) => {
      const act = () => object.lease(request, this.nowMs);
      this.calls.push({ room, key, act, resolve, reject: () => reject(new Error('no answer in time')) });
    });
  }
}

export const sameSize = (size: BucketSize): Rates => ({
  perSession: size,
  perToken: size,
  perUser: size,
  perOrganization: size,
});
