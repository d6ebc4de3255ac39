import { type FoundTouch, watchedFiles } from '../../domain/collision.ts';
import type { Ingest, Ingested, RateRefusal } from '../../domain/ingest.ts';
import type { Short } from '../../domain/limits/lease.ts';
import type { Means } from '../../domain/limits/purse.ts';
import { newSession } from '../../domain/session-state.ts';
import type { Lookout } from '../radar/lookout.ts';
import type { Gate } from './gate.ts';
import type { Known } from './known.ts';
import type { Membership } from './membership.ts';
import type { SessionLog } from './session-log.ts';
import type { Till } from './till.ts';
import type { TurnedAway } from './turned-away.ts';

/** What a POST passes on its way in. */
interface EntranceParts {
  log: SessionLog;
  known: Known;
  gate: Gate;
  till: Till;
  lookout: Lookout;
  membership: Membership;
  turnedAway: TurnedAway;
}

export interface EntrancePorts {
  now(): number;
  isGone(): boolean;
  /** Judges and stores, without waiting: `short` says what it has to ask for, and that nothing was decided. */
  ingest(input: Ingest, means: Means): Ingested | Short;
}

/** A POST's way into its room: what may have to be asked elsewhere before it is judged is asked here. */
export class Entrance {
  private readonly parts: EntranceParts;
  private readonly ports: EntrancePorts;

  constructor(parts: EntranceParts, ports: EntrancePorts) {
    this.parts = parts;
    this.ports = ports;
  }

  /**
   * Takes a POST. One that needs more money than the room holds waits until the ledger has answered, and one that a rule on collisions
   * may hold until the radar has; the first question of a session waits for the policy that nobody has asked for yet.
   */
  take(input: Ingest): Ingested | Promise<Ingested> {
    const passed = this.pass(input);
    return passed instanceof Promise ? passed.then((refused) => this.gated(input, refused)) : this.gated(input, passed);
  }

  /** Counts what is too large to be read, where that may pass. */
  async refuseLarge(input: Omit<Ingest, 'drafts'>): Promise<void> {
    const { gate, known, turnedAway } = this.parts;
    const { organizationId, userId } = input.owner;
    const refused = await gate.pass({ tokenId: input.tokenId, userId, organizationId }, 1);
    if (refused && !known.saved) turnedAway.count(input, 1, this.ports.now());
    else turnedAway.refuse(input, 1);
  }

  /** A session is not made by what comes too fast: it would cost rows for each name that somebody makes up. Its room counts meanwhile. */
  private gated(input: Ingest, refused: RateRefusal | undefined): Ingested | Promise<Ingested> {
    if (!refused) return this.passed(input);
    const { known, turnedAway } = this.parts;
    if (known.saved) turnedAway.refuse(input, input.drafts.length);
    else turnedAway.count(input, input.drafts.length, this.ports.now());
    return refused;
  }

  /** A POST that the platform's advice repeats is stored already, and what is left of a deleted session takes nothing. */
  private pass(input: Ingest): RateRefusal | undefined | Promise<RateRefusal | undefined> {
    if (this.ports.isGone() || this.parts.log.hasPost(input.postId)) return undefined;
    const { organizationId, userId } = input.owner;
    return this.parts.gate.pass({ tokenId: input.tokenId, userId, organizationId }, input.drafts.length);
  }

  private passed(input: Ingest): Ingested | Promise<Ingested> {
    const { membership } = this.parts;
    if (!membership.mustIntroduce(input)) return this.looked(input);
    return membership.introduce(input.owner).then(() => this.looked(input));
  }

  private looked(input: Ingest): Ingested | Promise<Ingested> {
    const { known, till, lookout } = this.parts;
    const place = known.state ?? newSession(input.owner, this.ports.now());
    const files = this.ports.isGone() ? [] : watchedFiles(place, input.drafts, till.policy.rules);
    if (files.length === 0) return this.paid(input, []);
    return lookout.look(input.owner, files).then((collisions) => this.paid(input, collisions));
  }

  private paid(input: Ingest, collisions: FoundTouch[]): Ingested | Promise<Ingested> {
    const { known, till } = this.parts;
    const taken = this.ports.ingest(input, { ...till.means(), collisions });
    if (taken.ok || taken.code !== 'short') return taken;
    const newcomer = known.saved ? null : newSession(input.owner, this.ports.now());
    return till.wait(taken.wants, newcomer, (means) => this.ports.ingest(input, { ...means, collisions }));
  }
}
