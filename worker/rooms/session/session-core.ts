import type { Control } from '../../../wire/event.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionCosts } from '../../../wire/session-costs.ts';
import type { DeadlineName } from '../../domain/deadlines.ts';
import { type Draft, noteDraft } from '../../domain/draft.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import type { Purse } from '../../domain/limits/purse.ts';
import { costsOf } from '../../domain/session-costs.ts';
import { type Segment, type SessionState, summaryOf } from '../../domain/session-state.ts';
import { Encounters } from '../radar/encounters.ts';
import { Lookout } from '../radar/lookout.ts';
import { Bin } from '../trash/bin.ts';
import { Burial } from '../trash/burial.ts';
import { Exit } from '../trash/exit.ts';
import { Agenda } from './agenda.ts';
import { Attempts } from './attempts.ts';
import { Bookkeeper } from './bookkeeper.ts';
import type { CorePorts } from './core-ports.ts';
import { Entrance, type EntrancePorts } from './entrance.ts';
import { Gate } from './gate.ts';
import { Known } from './known.ts';
import type { LogPage } from './log-rows.ts';
import { Membership } from './membership.ts';
import { Orders, type Person } from './orders.ts';
import { Recorder } from './recorder.ts';
import { SessionLog } from './session-log.ts';
import { Succession } from './succession.ts';
import { Teller } from './teller.ts';
import { Till } from './till.ts';
import { TurnedAway } from './turned-away.ts';

/**
 * A session's room without its sockets: its parts, one for each subject, which share what is known of the session. Everything here
 * rebuilds from SQLite; the fields are caches. A method that changes something runs from check to write without an await.
 */
export class SessionCore {
  private readonly known = new Known();
  private readonly log: SessionLog;
  private readonly burial: Burial;
  private readonly bin: Bin;
  private readonly till: Till;
  private readonly bookkeeper: Bookkeeper;
  private readonly attempts: Attempts;
  private readonly recorder: Recorder;
  /** What agents send. */
  readonly entrance: Entrance;
  /** What people order. */
  readonly orders: Orders;
  /** What the ledger says. */
  readonly membership: Membership;
  /** What other sessions' rooms say. */
  readonly encounters: Encounters;
  /** What an import brings. */
  readonly succession: Succession;
  /** How the session goes, and comes back. */
  readonly exit: Exit;
  /** What there is to do later. */
  readonly agenda: Agenda;

  constructor(ports: CorePorts, alarmAtMs: number | null) {
    const { known } = this;
    const { now } = ports;
    /** What the parts ask of the room as a whole. */
    const room = {
      ...ports,
      policy: () => this.till.policy,
      state: () => known.state,
      summary: () => this.summary(),
      isGone: () => this.isGone,
      changed: () => this.agenda.schedule(),
      publish: () => this.publish(),
      attempt: (name: DeadlineName, duty: () => Promise<void>) => this.attempt(name, duty),
      append: (drafts: Draft[], postId?: string) => this.recorder.append(drafts, postId),
      note: (control: Control, text: string) => this.recorder.note(control, text),
      begin: (state: SessionState) => this.recorder.begin(state),
      settleSoon: () => this.membership.settleSoon(),
    };
    const attempts = new Attempts(now);
    const log = new SessionLog(ports.storage);
    const burial = new Burial(log, ports, attempts);
    const bin = new Bin(log, room, attempts);
    this.attempts = attempts;
    this.log = log;
    this.burial = burial;
    this.bin = bin;
    known.saved = burial.isDone || bin.content ? null : log.open();
    // Before the first event there is no log to save it in: `begin` does.
    const save = (purse: Purse) => known.saved && log.savePurse(purse);
    // What lies in the trash comes back with what it knew of money.
    const till = new Till({ ...room, save, adopted: () => this.membership.meetParent() }, log.purse());
    this.till = till;
    const lookout = new Lookout(ports);
    const gate = new Gate({ ...room, lease: ports.rates }, log.tokens);
    const teller = new Teller(room);
    const bookkeeper = new Bookkeeper(log, alarmAtMs, {
      ...room,
      checkpoint: () => known.saved,
      update: (change) => known.update(change),
      flushed: () => teller.tellRest(now()),
      // What D1 or R2 took while the session was on its way out goes where it went.
      erase: (owner) => (bin.content ? bin.hide() : ports.erase(owner)),
    });
    const orders = new Orders({ ...room, events: this, hasKey: (key) => log.has(key) });
    const membership = new Membership(known, till, orders, attempts, room);
    const turnedAway = new TurnedAway(log, known, bookkeeper, room);
    const recorder = new Recorder({ log, known, till, gate, lookout, teller, bookkeeper, membership, turnedAway }, room);
    const ingest: EntrancePorts['ingest'] = (input, means) => recorder.take(input, means);
    const began = (state: SessionState) => {
      bookkeeper.changed(state, now());
      teller.soon(true, false, now());
    };
    const returned = (by: Person, postId?: string) => {
      // The bin has set the alarm in its own way.
      this.agenda.forgetAlarm();
      // Evicted meanwhile, it woke up without them.
      gate.refill(log.tokens);
      recorder.append([noteDraft({ action: 'restored', by }, `brought back from the trash by ${by.name}`)], postId);
      this.agenda.schedule();
    };
    this.bookkeeper = bookkeeper;
    this.recorder = recorder;
    this.orders = orders;
    this.membership = membership;
    this.entrance = new Entrance({ log, known, gate, till, lookout, membership, turnedAway }, { ...room, ingest });
    this.encounters = new Encounters(log, known, room);
    this.succession = new Succession({ log, known, bin, burial, till, membership }, { ...room, began });
    this.exit = new Exit({ log, known, bin, burial, till, lookout, bookkeeper }, { ...room, returned });
    this.agenda = new Agenda(
      { log, known, bin, burial, till, membership, orders, turnedAway, teller, bookkeeper, attempts },
      room,
      alarmAtMs,
    );
  }

  /** Makes a session that waits for its agent; null where it was deleted meanwhile. Asked again, it makes no other. */
  enqueue(owner: SessionOwner, draft: Draft): SessionSummary | null {
    if (!this.known.saved) this.recorder.add({ owner, drafts: [draft] });
    return this.summary();
  }

  summary(): SessionSummary | null {
    return this.known.state && summaryOf(this.known.state, this.till.policy);
  }

  /** What the session's cost consists of. */
  costs(): SessionCosts | null {
    return this.known.state && costsOf(this.known.state);
  }

  get organizationId(): string | undefined {
    return this.known.state?.owner.organizationId;
  }

  get archivedSeq(): number {
    return this.known.saved?.archivedSeq ?? 0;
  }

  /** The archived run that holds `seq`; undefined where the log still has it. */
  segmentOf(seq: number): Segment | undefined {
    return this.known.saved?.segments.find(({ from, to }) => from <= seq && seq <= to);
  }

  read(after: number, limit: number, maxBytes: number): LogPage {
    return this.log.read(after, limit, maxBytes);
  }

  tailFrom(after: number, maxBytes: number): number {
    return this.log.tailFrom(after, maxBytes);
  }

  /** Tells the Workers that hold a hook what has been decided meanwhile. */
  answerAwaited(): void {
    this.recorder.answerAwaited();
  }

  /** Brings D1 up to date now: whoever just changed something looks at the list next. Fails as the alarm's flush does, later. */
  async publish(): Promise<void> {
    if (!this.known.saved) return;
    await this.attempt('flush', () => this.bookkeeper.flush());
    this.agenda.schedule();
  }

  /** Moves the log to the archive now, an hour before its time; the alarm tries again where that fails. */
  async archive(): Promise<void> {
    await this.attempt('archive', () => this.bookkeeper.archive());
    this.agenda.schedule();
  }

  /** The session was deleted or thrown away: what comes now is too late. */
  private get isGone(): boolean {
    return this.burial.isDone || this.bin.content !== undefined;
  }

  private attempt(name: DeadlineName, duty: () => Promise<void>): Promise<void> {
    return this.attempts.run(name, this.known.state?.owner.sessionId, duty);
  }
}
