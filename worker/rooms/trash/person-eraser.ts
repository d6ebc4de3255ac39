import { limits } from '../../../wire/limits.ts';
import { type ErasedPerson, eventsWithout } from '../../domain/archive/erased-person.ts';
import type { Segment, SessionState } from '../../domain/session-state.ts';
import type { Checkpoint, SessionLog } from '../session/session-log.ts';
import type { Bin } from './bin.ts';
import type { Burial } from './burial.ts';

/** What came of erasing a person here: their own session went, another's named them or did not. */
export interface PersonErased {
  was: 'theirs' | 'named' | 'unnamed';
  /** The archived run to go on after, where one call does not do all. */
  next: number | null;
}

export interface EraserPorts {
  /** What the room knows; null where there is no session, or it lies in the trash. */
  checkpoint(): Checkpoint | null;
  /** Takes what was changed as the truth; the log holds it already. */
  keep(checkpoint: Checkpoint): void;
  /** Resolves once no log is on its way to the archive. */
  settled(): Promise<void>;
  /** Deletes the session for good, counted in D1 as far as it got; rejects while D1 is down. `owner` is whose it was from now on. */
  remove(owner: SessionState['owner']): Promise<void>;
  /** As in `CorePorts`. */
  rewriteSegment(segment: Segment, change: (events: string) => string | undefined): Promise<number | undefined>;
}

/** Takes a person out of a room: out of the log, the archive, what is remembered beside it, and what is left of a deleted session. */
export class PersonEraser {
  private readonly log: SessionLog;
  private readonly bin: Bin;
  private readonly burial: Burial;
  private readonly ports: EraserPorts;

  constructor(log: SessionLog, bin: Bin, burial: Burial, ports: EraserPorts) {
    this.log = log;
    this.bin = bin;
    this.burial = burial;
    this.ports = ports;
  }

  /** Goes on after the archived run `after`; may be repeated. */
  async erase(person: ErasedPerson, after: number): Promise<PersonErased> {
    const grave = this.burial.owner;
    if (grave) {
      if (grave.userId === person.userId) this.burial.rename({ ...grave, userId: person.pseudonym });
      return { was: 'unnamed', next: null };
    }
    // What is read from the log now would be in the archive later, as it was.
    await this.ports.settled();
    const before = this.checkpoint();
    if (!before) return { was: 'unnamed', next: null };
    const { owner } = before.state;
    if (owner.userId === person.userId) {
      await this.ports.remove({ ...owner, userId: person.pseudonym });
      return { was: 'theirs', next: null };
    }
    const isInBin = this.bin.content?.by === person.userId;
    if (isInBin) this.bin.rename(person.pseudonym);
    const checkpoint = this.log.erasePerson(before, person);
    if (checkpoint !== before) this.ports.keep(checkpoint);
    const archived = await this.eraseArchived(person, after);
    return { was: isInBin || checkpoint !== before || archived.isNamed ? 'named' : 'unnamed', next: archived.next };
  }

  private async eraseArchived(person: ErasedPerson, after: number): Promise<{ isNamed: boolean; next: number | null }> {
    const left = this.checkpoint()?.segments.filter(({ to }) => to > after) ?? [];
    let isNamed = false;
    for (const segment of left.slice(0, limits.maxErasedSegments)) {
      const bytes = await this.ports.rewriteSegment(segment, (events) => eventsWithout(events, person));
      if (bytes === undefined) continue;
      isNamed = true;
      const checkpoint = this.checkpoint();
      // Deleted, or replaced by an import, meanwhile.
      if (!checkpoint) break;
      const segments = checkpoint.segments.map((one) => (one.key === segment.key ? { ...one, bytes } : one));
      this.log.save({ ...checkpoint, segments });
      this.ports.keep({ ...checkpoint, segments });
    }
    return { isNamed, next: left.length > limits.maxErasedSegments ? (left[limits.maxErasedSegments - 1]?.to ?? null) : null };
  }

  /** Of what lies in the trash, too. */
  private checkpoint(): Checkpoint | null {
    return this.ports.checkpoint() ?? (this.bin.content ? this.log.open() : null);
  }
}
