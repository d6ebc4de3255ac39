import type { SessionSummary } from '../../../wire/session.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import type { LeaseMessage } from '../../domain/limits/lease.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { Lookout } from '../radar/lookout.ts';
import type { Bookkeeper } from '../session/bookkeeper.ts';
import type { Known } from '../session/known.ts';
import type { Person } from '../session/orders.ts';
import type { Checkpoint, SessionLog } from '../session/session-log.ts';
import type { Till } from '../session/till.ts';
import type { Bin } from './bin.ts';
import type { Burial } from './burial.ts';
import { type EraserPorts, type PersonErased, PersonEraser } from './person-eraser.ts';

interface ExitParts {
  log: SessionLog;
  known: Known;
  bin: Bin;
  burial: Burial;
  till: Till;
  lookout: Lookout;
  bookkeeper: Bookkeeper;
}

interface ExitPorts {
  now(): number;
  summary(): SessionSummary | null;
  /** As in `CorePorts`. */
  rewriteSegment: EraserPorts['rewriteSegment'];
  /** The session is here again. */
  returned(by: Person, postId: string | undefined): void;
  /** Brings D1 up to date now. */
  publish(): Promise<void>;
}

/** How a session leaves its room: into the trash and back, for good, or with the person whose it is. */
export class Exit {
  private readonly parts: ExitParts;
  private readonly ports: ExitPorts;
  private readonly eraser: PersonEraser;

  constructor(parts: ExitParts, ports: ExitPorts) {
    this.parts = parts;
    this.ports = ports;
    const { log, known, bin, burial, bookkeeper } = parts;
    this.eraser = new PersonEraser(log, bin, burial, {
      checkpoint: () => known.saved,
      keep: (checkpoint) => {
        if (!known.saved) return;
        known.saved = checkpoint;
        bookkeeper.changed(checkpoint.state, ports.now());
      },
      settled: () => bookkeeper.settled(),
      remove: (owner) => this.removeCounted(owner),
      rewriteSegment: (...all) => ports.rewriteSegment(...all),
    });
  }

  /**
   * Puts the session into the trash: answered as one that is deleted, until it is brought back. False where there is none, or where it was
   * heard of after `quietSinceMs`, of which D1 may know nothing yet. A request of the same `postId` is answered as the first.
   */
  async discard(by: string | null, quietSinceMs = Number.POSITIVE_INFINITY, postId?: string): Promise<boolean> {
    const { log, known, bin } = this.parts;
    if (!known.saved) return postId !== undefined && bin.content?.postId === postId;
    const { owner, lastEventAtMs, imported } = known.saved.state;
    if (Math.max(lastEventAtMs, imported?.atMs ?? 0) > quietSinceMs) return false;
    const farewell = this.leave(known.saved);
    log.save(known.saved);
    known.saved = null;
    await bin.put({ owner, atMs: this.ports.now(), by, farewell, postId });
    return true;
  }

  /** Takes the session out of the trash; null where it is not in it, unless a request of the same `postId` took it out. Rejects while D1 is down. */
  async restore(by: Person, postId?: string): Promise<SessionSummary | null> {
    const { log, known, bin } = this.parts;
    if (!(await bin.takeOut())) return log.hasPost(postId) ? this.ports.summary() : null;
    known.saved = log.open();
    this.ports.returned(by, postId);
    return this.ports.summary();
  }

  /** Deletes for good what is in the trash, or is deleted already; false where nothing is. */
  async empty(): Promise<boolean> {
    const { bin, burial } = this.parts;
    const { content } = bin;
    if (!content) return burial.isDone;
    bin.forget();
    await burial.bury(content.owner, content.farewell);
    return true;
  }

  /** Deletes the session for good; false where there is none. What D1 and R2 hold goes now, or by the alarm when they are down. */
  async remove(): Promise<boolean> {
    const { known, burial } = this.parts;
    if (!known.saved) return false;
    const { owner } = known.saved.state;
    const farewell = this.leave(known.saved);
    known.saved = null;
    await burial.bury(owner, farewell);
    return true;
  }

  /** Takes a person out of the session, or the session away where it is theirs. Rejects while D1 or R2 is down; may be repeated. */
  async erasePerson(person: ErasedPerson, after: number): Promise<PersonErased> {
    const erased = await this.eraser.erase(person, after);
    if (erased.was === 'named') await this.ports.publish();
    return erased;
  }

  /** What its cost comes to stays in D1's roll-ups, which hear of it first. */
  private async removeCounted(owner: SessionState['owner']): Promise<void> {
    const { known, bin, burial, bookkeeper } = this.parts;
    await bookkeeper.flush();
    await bin.hide();
    const farewell = known.saved ? this.leave(known.saved) : bin.content?.farewell;
    known.saved = null;
    bin.forget();
    await burial.bury(owner, farewell);
  }

  /** Takes leave of whom the session has to do with; answers the last word to the ledger. */
  private leave({ state }: Checkpoint): LeaseMessage | undefined {
    this.parts.lookout.leave(state);
    return this.parts.till.farewell(state);
  }
}
