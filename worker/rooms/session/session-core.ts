import type { Control, SessionEvent } from '../../../wire/event.ts';
import type { ExportedSummary } from '../../../wire/export.ts';
import type { Frame } from '../../../wire/frame.ts';
import { failModeOf } from '../../../wire/organization-limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionCosts } from '../../../wire/session-costs.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { exportedSummary } from '../../domain/archive/imported.ts';
import { collisionNote, type Encounter, type FoundTouch, watchedFiles, without } from '../../domain/collision.ts';
import { type DeadlineName, type Duties, deadlinesOf, earliest } from '../../domain/deadlines.ts';
import { type Draft, noteDraft } from '../../domain/draft.ts';
import type { Ingest, Ingested, RateRefusal, SessionOwner } from '../../domain/ingest.ts';
import { askVerdict, isPending, verdictFor } from '../../domain/limits/approvals.ts';
import { type OwnLimits, ownLimitsOf, type RoomPolicy } from '../../domain/limits/family.ts';
import type { LeaseMessage, LeaseReport, Recall, Short } from '../../domain/limits/lease.ts';
import type { Means, Purse } from '../../domain/limits/purse.ts';
import { volumeRefusal } from '../../domain/limits/volume.ts';
import { own } from '../../domain/own.ts';
import { isQuestion } from '../../domain/question.ts';
import type { LogRecord } from '../../domain/run.ts';
import { type CostLine, costsOf } from '../../domain/session-costs.ts';
import { newSession, type Segment, type SessionState, summaryOf } from '../../domain/session-state.ts';
import { take, verdictOn } from '../../domain/take.ts';
import { overtimeDrafts, silenceDrafts } from '../../domain/timeouts.ts';
import { Lookout, type RadarPort } from '../radar/lookout.ts';
import type { RoomStorage } from '../room-tables.ts';
import { Bin, type BinPorts } from '../trash/bin.ts';
import { Burial } from '../trash/burial.ts';
import { type PersonErased, PersonEraser } from '../trash/person-eraser.ts';
import type { Adopted, Adoption } from './adoption.ts';
import { Attempts } from './attempts.ts';
import { Bookkeeper, type Held } from './bookkeeper.ts';
import { Gate, type RatePort } from './gate.ts';
import { bytesOf, type EventRun, type LogPage } from './log-rows.ts';
import { Orders, type Person } from './orders.ts';
import { Refusals } from './refusals.ts';
import { type Checkpoint, SessionLog } from './session-log.ts';
import { Teller } from './teller.ts';
import { type LedgerPort, Till } from './till.ts';

/** What the core needs from the world: a Durable Object gives the platform's, the simulation its own. */
export interface CorePorts {
  storage: RoomStorage;
  now(): number;
  setAlarm(atMs: number): void;
  /** JSON texts of consecutive events, joined by commas, for whoever watches. */
  broadcast(events: string): void;
  /** One frame for whoever watches. */
  send(frame: Frame): void;
  /** Tells watchers and the feed of new totals. */
  tell(summary: SessionSummary): void;
  hasAudience(): boolean;
  /** The approvals that a Worker waits for with an agent's hook in its hand, and the end of its waiting. */
  awaited(): string[];
  answer(approvalId: string, verdict: Verdict): void;
  spectatorUntilMs(): number | null;
  /** Closes the sockets whose right to watch is over. Throws while D1 is down, because nobody could have renewed it. */
  closeExpired(nowMs: number): Promise<void>;
  /** Writes D1's index; answers with what D1 holds afterwards. Throws when D1 is down. */
  flush(summary: SessionSummary, fromSeq: number, costs: CostLine[]): Promise<Held>;
  /** Writes and verifies one archive object. Throws when R2 is down. */
  archive(state: SessionState, page: LogPage): Promise<Segment>;
  /** The events of an archived run, one JSON text each. Throws when R2 is down. */
  readSegment(segment: Segment): Promise<string[]>;
  /** Deletes archived runs by their keys. Throws when R2 is down. */
  deleteSegments(keys: string[]): Promise<void>;
  /** Writes an archived run anew where `change` answers other events; its bytes then, undefined where it is as it was. Throws when R2 is down. */
  rewriteSegment(segment: Segment, change: (events: string) => string | undefined): Promise<number | undefined>;
  /** Into D1's trash, and out of it. */
  hide: BinPorts['hide'];
  show: BinPorts['show'];
  /** Removes what D1 and R2 hold of a deleted session, and tells the ledger its last word. Throws when they are down. */
  erase(owner: SessionState['owner'], farewell?: LeaseMessage): Promise<void>;
  /** The organization's ledger of budgets. */
  ledger: LedgerPort;
  /** The organization's radar of files. */
  radar: RadarPort;
  /** The token buckets that this session shares with others. */
  rates: RatePort;
  /** Keeps the room awake until work that nobody waits for is done. */
  background(work: Promise<void>): void;
}

/** A session that knows no policy, because the ledger did not answer, has its questions ask for one again this often. */
const unaskedMs = 10_000;

/** Keys wait in log rows until a flush gathers them into one row, which must stay under the platform's 2 MB. */
const maxUnsavedKeys = 40_000;

/**
 * A session's room without its sockets: decides, stores, then tells. Everything here rebuilds from SQLite; the fields are caches.
 * A method that changes something runs from check to write without an await.
 */
export class SessionCore {
  private readonly ports: CorePorts;
  private readonly log: SessionLog;
  private readonly till: Till;
  private readonly lookout: Lookout;
  private readonly gate: Gate;
  /** What people order here. */
  readonly orders: Orders;
  private readonly bookkeeper: Bookkeeper;
  private readonly teller: Teller;
  private readonly burial: Burial;
  private readonly bin: Bin;
  private readonly eraser: PersonEraser;
  private readonly attempts: Attempts;
  private readonly refusals = new Refusals();
  private saved: Checkpoint | null;
  private alarmAtMs: number | null;

  constructor(ports: CorePorts, alarmAtMs: number | null) {
    this.ports = ports;
    this.attempts = new Attempts(ports.now);
    this.alarmAtMs = alarmAtMs;
    this.lookout = new Lookout(ports);
    this.log = new SessionLog(ports.storage);
    this.burial = new Burial(this.log, ports, this.attempts);
    this.bin = new Bin(this.log, { ...ports, policy: () => this.till.policy }, this.attempts);
    this.saved = this.isGone ? null : this.log.open();
    const { ledger, now } = ports;
    const state = () => this.saved?.state ?? null;
    // Before the first event there is no log to save it in: `begin` does.
    const save = (purse: Purse) => this.saved && this.log.savePurse(purse);
    this.till = new Till(
      { ledger, now, state, save, adopted: () => this.meetParent(), changed: () => this.schedule() },
      // What lies in the trash comes back with what it knew of money.
      this.log.purse(),
    );
    this.gate = new Gate(
      { now, policy: () => this.till.policy, lease: ports.rates, background: (work) => ports.background(work) },
      this.log.tokens,
    );
    const summary = () => this.summary();
    this.teller = new Teller({ summary, hasAudience: () => ports.hasAudience(), tell: (told) => ports.tell(told) });
    this.bookkeeper = new Bookkeeper(this.log, alarmAtMs, {
      ...{ now, summary, checkpoint: () => this.saved },
      update: (change) => {
        if (this.saved) this.saved = { ...this.saved, ...change };
      },
      flushed: () => this.teller.tellRest(now()),
      flush: (...all) => ports.flush(...all),
      archive: (...all) => ports.archive(...all),
      deleteSegments: (keys) => ports.deleteSegments(keys),
      erase: (owner) => this.clear(owner),
    });
    this.eraser = new PersonEraser(this.log, this.bin, this.burial, {
      checkpoint: () => this.saved,
      keep: (checkpoint) => {
        if (!this.saved) return;
        this.saved = checkpoint;
        this.bookkeeper.changed(checkpoint.state, now());
      },
      settled: () => this.bookkeeper.settled(),
      remove: (owner) => this.removeCounted(owner),
      rewriteSegment: (...all) => ports.rewriteSegment(...all),
    });
    this.orders = new Orders({
      ...{ now, state, events: this },
      policy: () => this.till.policy,
      append: (drafts, postId) => this.appendOwn(drafts, postId),
      hasKey: (key) => this.log.has(key),
      settleSoon: () => this.settleSoon(),
      readSegment: (segment) => ports.readSegment(segment),
    });
  }

  /**
   * Takes a POST. One that needs more money than the room holds waits until the ledger has answered, and one that a rule on collisions
   * may hold until the radar has; the first question of a session waits for the policy that nobody has asked for yet.
   */
  take(input: Ingest): Ingested | Promise<Ingested> {
    const passed = this.pass(input);
    return passed instanceof Promise ? passed.then((refused) => this.gated(input, refused)) : this.gated(input, passed);
  }

  /** A session is not made by what comes too fast: it would cost rows for each name that somebody makes up. Its room counts meanwhile. */
  private gated(input: Ingest, refused: RateRefusal | undefined): Ingested | Promise<Ingested> {
    if (!refused) return this.passed(input);
    if (this.saved) this.refuse(input, input.drafts.length);
    else this.count(input, input.drafts.length, this.ports.now());
    return refused;
  }

  /** A POST that the platform's advice repeats is stored already, and what is left of a deleted session takes nothing. */
  private pass(input: Ingest): RateRefusal | undefined | Promise<RateRefusal | undefined> {
    if (this.isGone || this.log.hasPost(input.postId)) return undefined;
    const { organizationId, userId } = input.owner;
    return this.gate.pass({ tokenId: input.tokenId, userId, organizationId }, input.drafts.length);
  }

  private passed(input: Ingest): Ingested | Promise<Ingested> {
    if (!this.mustIntroduce(input)) return this.looked(input);
    return this.attempt('ledger', () => this.till.introduce(input.owner)).then(() => this.looked(input));
  }

  private looked(input: Ingest): Ingested | Promise<Ingested> {
    const place = this.saved?.state ?? newSession(input.owner, this.ports.now());
    const files = this.isGone ? [] : watchedFiles(place, input.drafts, this.till.policy.rules);
    if (files.length === 0) return this.paid(input, []);
    return this.lookout.look(input.owner, files).then((collisions) => this.paid(input, collisions));
  }

  private paid(input: Ingest, collisions: FoundTouch[]): Ingested | Promise<Ingested> {
    const taken = this.ingest(input, { ...this.till.means(), collisions }, true);
    if (taken.ok || taken.code !== 'short') return taken;
    const newcomer = this.saved ? null : newSession(input.owner, this.ports.now());
    return this.till.wait(taken.wants, newcomer, (means) => this.ingest(input, { ...means, collisions }, true));
  }

  /** The same without waiting: `short` says what it has to ask for, and that nothing was decided. What the room itself adds is never refused. */
  ingest(input: Ingest, means: Means = this.till.means(), isFromOutside = false): Ingested | Short {
    if (this.isGone) return { ok: true, accepted: 0, duplicates: 0, lastSeq: 0, verdict: { type: 'allow' }, deleted: true };
    const nowMs = this.ports.now();
    const before = this.saved?.state ?? newSession(input.owner, nowMs);
    if (this.log.hasPost(input.postId)) {
      const verdict = verdictOn(before, input);
      return { ok: true, accepted: input.drafts.length, duplicates: 0, lastSeq: before.lastSeq, verdict };
    }
    const taken = take(before, this.log, input, nowMs, means);
    if (!taken.ok) return taken;
    const { state, record, accepted, duplicates, verdict, messages } = taken;
    const noRoom = isFromOutside && record.events.length > 0 ? volumeRefusal(before, volumeOf(record), means) : undefined;
    if (noRoom?.code === 'quota_exceeded') this.refuse(input, input.drafts.length);
    if (noRoom) return noRoom;
    if (record.events.length > 0) {
      if (!this.saved) this.begin(before);
      const events = this.log.append({ ...record, ...this.gate.kept });
      this.keep({ ...state, storedBytes: state.storedBytes + bytesOf(events) }, nowMs);
      this.lookout.report(before, state);
      this.ports.broadcast(events);
      for (const event of record.events) this.sendVerdict(event);
      this.till.note(record.events);
      const isAsking = before.approvals !== state.approvals && (before.approvals.length > 0 || state.approvals.length > 0);
      if (isAsking) this.answerAwaited();
      // Whoever opens the list of what waits reads D1.
      if (state.approvals.length > before.approvals.length) this.ports.background(this.publish());
      const isUrgent =
        before.status !== state.status ||
        before.lastSeq === 0 ||
        isAsking ||
        before.messages !== state.messages ||
        before.collisions.length !== state.collisions.length;
      this.teller.soon(isUrgent, record.events.at(-1)?.type === 'tool.started', nowMs);
      this.meetParent();
      this.register(nowMs);
      // Somebody may wait for the place that a session leaves.
      if (before.isAdmitted && !state.isAdmitted && this.till.countsSessions) this.settleSoon();
      this.schedule();
    }
    const fail = failModeOf(this.till.policy.limits, state.owner.projectId);
    const snapshots = own(this.till.policy.snapshots, state.owner.projectId);
    const told = { ...(messages.length > 0 && { messages }), ...(snapshots && { snapshots }) };
    return { ok: true, accepted, duplicates, lastSeq: state.lastSeq, verdict, fail, ...told };
  }

  /** Makes a session that waits for its agent; null where it was deleted meanwhile. Asked again, it makes no other. */
  enqueue(owner: SessionOwner, draft: Draft): SessionSummary | null {
    if (!this.saved) this.ingest({ owner, drafts: [draft] });
    return this.summary();
  }

  summary(): SessionSummary | null {
    return this.saved && summaryOf(this.saved.state, this.till.policy);
  }

  /** What the session's cost consists of. */
  costs(): SessionCosts | null {
    return this.saved && costsOf(this.saved.state);
  }

  get organizationId(): string | undefined {
    return this.saved?.state.owner.organizationId;
  }

  get archivedSeq(): number {
    return this.saved?.archivedSeq ?? 0;
  }

  /** The archived run that holds `seq`; undefined where the log still has it. */
  segmentOf(seq: number): Segment | undefined {
    return this.saved?.segments.find(({ from, to }) => from <= seq && seq <= to);
  }

  read(after: number, limit: number, maxBytes: number): LogPage {
    return this.log.read(after, limit, maxBytes);
  }

  tailFrom(after: number, maxBytes: number): number {
    return this.log.tailFrom(after, maxBytes);
  }

  /** Brings D1 up to date now: whoever just changed something looks at the list next. Fails as the alarm's flush does, later. */
  async publish(): Promise<void> {
    if (!this.saved) return;
    await this.attempt('flush', () => this.bookkeeper.flush());
    this.schedule();
  }

  /** Notes that another live session touches a file of this one; null where this one is over. Noted once in a window. */
  collide(other: Encounter): { title: string } | null {
    if (!this.saved || this.saved.state.endedAtMs !== null) return null;
    const note = collisionNote(this.saved.state, other, this.ports.now());
    if (note) this.note(note.control, note.text);
    return { title: this.saved.state.title };
  }

  /** A session that this one met is over. No event says so: it is saved like what a limit refused. */
  part(otherId: string): void {
    if (!this.saved) return;
    const { state } = this.saved;
    const collisions = without(state.collisions, otherId);
    if (collisions === state.collisions) return;
    this.saved = { ...this.saved, state: { ...state, collisions } };
    this.log.save(this.saved);
    this.ports.tell(summaryOf(this.saved.state, this.till.policy));
  }

  /** The summary that the session is exported with; null where there is none. */
  exported(): ExportedSummary | null {
    return this.saved && exportedSummary(this.saved.state, this.till.policy);
  }

  /** Whether an imported session could not take the place now: this one runs, lies in the trash, or was deleted a moment ago. */
  isOccupied(): boolean {
    if (this.saved) return this.saved.state.endedAtMs === null;
    return this.bin.content !== undefined || (this.burial.isDone && !this.burial.isOver);
  }

  /** As `Staging.keep`; what is left lying is taken away by the alarm. */
  stage(importId: string, part: number, runs: readonly EventRun[]): boolean {
    const isStaged = this.log.staging.keep(importId, part, runs, this.ports.now());
    this.schedule();
    return isStaged;
  }

  /**
   * A session that was imported begins here, as one that is over, with the log that was staged: where there is none, or in place of the
   * one whose last event is `replaces`. The ledger never hears of it, and D1 and R2 do as of any other.
   */
  async takeOver({ importId, state, replaces }: Adoption): Promise<Adopted> {
    // Repeated by the platform's advice.
    if (this.saved?.state.imported?.importId === importId) return { ok: true };
    // What the session before used is told before it is forgotten.
    if (this.saved && this.till.isRegistered && !this.isOccupied()) await this.attempt('ledger', () => this.settle());
    if (this.isOccupied() || (this.saved && this.till.isRegistered)) return { ok: false, code: 'occupied' };
    if ((this.saved?.state.lastSeq ?? null) !== replaces) return { ok: false, code: 'changed' };
    if (this.log.staging.importId !== importId) return { ok: false, code: 'lost' };
    const stale = [...(this.saved?.stale ?? []), ...(this.saved?.segments ?? []).map(({ key }) => key)];
    const saved: Checkpoint = { state, flushedSeq: 0, flushedRefusedCount: 0, archivedSeq: 0, segments: [], stale };
    this.log.adopt(saved);
    this.saved = saved;
    this.burial.lift();
    this.till.renew();
    this.bookkeeper.changed(state, this.ports.now());
    this.teller.soon(true, false, this.ports.now());
    this.schedule();
    return { ok: true };
  }

  /** Moves the log to the archive now, an hour before its time; the alarm tries again where that fails. */
  async archive(): Promise<void> {
    await this.attempt('archive', () => this.bookkeeper.archive());
    this.schedule();
  }

  /** Gives the ledger what lies idle here; null where there is no session. */
  recall(last: Recall): LeaseReport | null {
    return this.till.recall(last);
  }

  /** Takes a changed policy; false where there is no session. A budget that was raised or taken away lets go whom it stopped; whom it paused, a person does. */
  adopt(policy: RoomPolicy): boolean {
    if (!this.saved) return this.till.hear(policy);
    const { block, endedAtMs } = this.saved.state;
    const held = this.till.budgets.find(({ id }) => id === block?.budgetId);
    this.till.adopt(policy);
    const now = this.till.budgets.find(({ id }) => id === block?.budgetId);
    const letsGo = !now || now.action === 'warn' || (held && now.limit > held.limit);
    // An agent that is gone does not run again because it might.
    const resumed = { action: 'resumed' as const, ...(endedAtMs === null && { status: 'running' as const }) };
    if (block?.because === 'budget_exceeded' && block.budgetId !== undefined && letsGo)
      this.note(resumed, 'the budget was raised');
    this.schedule();
    return true;
  }

  /** What a person lets this session spend; null where there is none. */
  ownLimits(): OwnLimits | null {
    return this.saved && ownLimitsOf(this.saved.state);
  }

  /** Counts what is too large to be read, where that may pass. */
  async refuseLarge(input: Omit<Ingest, 'drafts'>): Promise<void> {
    const { organizationId, userId } = input.owner;
    const refused = await this.gate.pass({ tokenId: input.tokenId, userId, organizationId }, 1);
    if (refused && !this.saved) this.count(input, 1, this.ports.now());
    else this.refuse(input, 1);
  }

  /** Counts what a limit refused, so that it is seen within seconds. */
  private refuse(input: Refused, count: number): void {
    if (this.isGone) return;
    const nowMs = this.ports.now();
    if (!this.saved) this.begin(newSession(input.owner, nowMs));
    this.count(input, count, nowMs);
    if ((this.refusals.dueAtMs ?? nowMs) <= nowMs) this.saveRefusals(nowMs);
    this.schedule();
  }

  /** A POST whose answer was lost comes once more, is judged anew, and counts once: it is remembered, and lost, with its count. */
  private count({ postId }: Refused, count: number, nowMs: number): void {
    const refusedId = postId && `refused:${postId}`;
    if (this.log.hasPost(refusedId)) return;
    this.log.rememberPost(refusedId);
    this.refusals.add(count, nowMs);
  }

  private saveRefusals(nowMs: number): void {
    if (!this.saved) return;
    const { state } = this.saved;
    this.saved = { ...this.saved, state: { ...state, refusedCount: state.refusedCount + this.refusals.take(nowMs) } };
    this.log.save(this.saved);
    this.bookkeeper.refused(nowMs);
    this.ports.tell(summaryOf(this.saved.state, this.till.policy));
  }

  /**
   * Puts the session into the trash: answered as one that is deleted, until it is brought back. False where there is none, or where it was
   * heard of after `quietSinceMs`, of which D1 may know nothing yet. A request of the same `postId` is answered as the first.
   */
  async discard(by: string | null, quietSinceMs = Number.POSITIVE_INFINITY, postId?: string): Promise<boolean> {
    if (!this.saved) return postId !== undefined && this.bin.content?.postId === postId;
    const { owner, lastEventAtMs, imported } = this.saved.state;
    if (Math.max(lastEventAtMs, imported?.atMs ?? 0) > quietSinceMs) return false;
    const farewell = this.leave(this.saved);
    this.log.save(this.saved);
    this.saved = null;
    await this.bin.put({ owner, atMs: this.ports.now(), by, farewell, postId });
    return true;
  }

  /** Takes the session out of the trash; null where it is not in it, unless a request of the same `postId` took it out. Rejects while D1 is down. */
  async restore(by: Person, postId?: string): Promise<SessionSummary | null> {
    if (!(await this.bin.takeOut())) return this.log.hasPost(postId) ? this.summary() : null;
    // The bin has set the alarm in its own way.
    this.alarmAtMs = null;
    this.saved = this.log.open();
    // Evicted meanwhile, it woke up without them.
    this.gate.refill(this.log.tokens);
    this.appendOwn([noteDraft({ action: 'restored', by }, `brought back from the trash by ${by.name}`)], postId);
    this.schedule();
    return this.summary();
  }

  /** Deletes for good what is in the trash, or is deleted already; false where nothing is. */
  async empty(): Promise<boolean> {
    const { content } = this.bin;
    if (!content) return this.burial.isDone;
    this.bin.forget();
    await this.burial.bury(content.owner, content.farewell);
    return true;
  }

  /** Deletes the session for good; false where there is none. What D1 and R2 hold goes now, or by the alarm when they are down. */
  async remove(): Promise<boolean> {
    if (!this.saved) return false;
    const { owner } = this.saved.state;
    const farewell = this.leave(this.saved);
    this.saved = null;
    await this.burial.bury(owner, farewell);
    return true;
  }

  /** Takes a person out of the session, or the session away where it is theirs. Rejects while D1 or R2 is down; may be repeated. */
  async erasePerson(person: ErasedPerson, after: number): Promise<PersonErased> {
    const erased = await this.eraser.erase(person, after);
    if (erased.was === 'named') await this.publish();
    return erased;
  }

  /** What its cost comes to stays in D1's roll-ups, which hear of it first. */
  private async removeCounted(owner: SessionState['owner']): Promise<void> {
    await this.bookkeeper.flush();
    await this.bin.hide();
    const farewell = this.saved ? this.leave(this.saved) : this.bin.content?.farewell;
    this.saved = null;
    this.bin.forget();
    await this.burial.bury(owner, farewell);
  }

  /** Takes leave of whom the session has to do with; answers the last word to the ledger. */
  private leave({ state }: Checkpoint): LeaseMessage | undefined {
    this.lookout.leave(state);
    return this.till.farewell(state);
  }

  /** The session was deleted or thrown away: what comes now is too late. */
  private get isGone(): boolean {
    return this.burial.isDone || this.bin.content !== undefined;
  }

  /** What D1 or R2 took while the session was on its way out goes where it went. */
  private clear(owner: SessionState['owner']): Promise<void> {
    return this.bin.content ? this.bin.hide() : this.ports.erase(owner);
  }

  /** The platform's alarm: runs what is due and sets the next. Runs at least once, so every duty may be repeated; never throws. */
  async alarm(): Promise<void> {
    this.alarmAtMs = null;
    const nowMs = this.ports.now();
    this.log.staging.expire(nowMs);
    if (this.burial.isDone) return this.burial.erase();
    if (this.bin.content) return this.bin.hide();
    const due = this.duties()
      .filter(({ atMs }) => atMs <= nowMs)
      .map(({ name }) => name);
    if (due.includes('decision')) this.orders.expire();
    if (due.includes('idle')) this.closeSilent();
    else if (due.includes('timeout')) this.appendOwn(overtimeDrafts(this.till.policy.limits));
    if (due.includes('refusals')) this.saveRefusals(nowMs);
    if (due.includes('tell')) this.teller.tell(nowMs);
    if (due.includes('spectators')) await this.attempt('spectators', () => this.ports.closeExpired(nowMs));
    if (due.includes('ledger')) await this.attempt('ledger', () => this.settle());
    if (due.includes('flush')) await this.attempt('flush', () => this.bookkeeper.flush());
    // The archive's stub must not know more than D1: what is not flushed yet is archived later.
    if (due.includes('archive')) await this.attempt('archive', () => this.bookkeeper.archive());
    this.schedule();
  }

  /** Sets the alarm where something is due before it; a set alarm costs a row, so an earlier one is left alone. */
  schedule(): void {
    const atMs = earliest([...this.duties(), ...this.log.staging.duties]);
    if (atMs === null || (this.alarmAtMs !== null && this.alarmAtMs <= atMs)) return;
    this.alarmAtMs = atMs;
    this.ports.setAlarm(atMs);
  }

  private begin(state: SessionState): void {
    this.saved = { state, flushedSeq: 0, flushedRefusedCount: 0, archivedSeq: 0, segments: [] };
    this.log.create(this.saved);
    this.till.persist();
  }

  /**
   * Whether a POST asks something of a session that the ledger has not heard of: what only tells is recorded at once. A ledger that
   * cannot be reached is not asked each time.
   */
  private mustIntroduce({ drafts }: Ingest): boolean {
    if (this.isGone || this.till.isRegistered) return false;
    const { notBefore, failedAt } = this.attempts;
    // The alarm's patience is not an agent's: what runs meanwhile runs as if there were no policy.
    const askedAgainAtMs = Math.min(notBefore.ledger ?? 0, (failedAt.ledger ?? 0) + unaskedMs);
    if (askedAgainAtMs > this.ports.now()) return false;
    return drafts.some((draft) => isQuestion(draft) && !draft.late);
  }

  /** Tells the Workers that hold a hook what has been decided meanwhile. */
  answerAwaited(): void {
    for (const approvalId of this.ports.awaited()) {
      const verdict = this.saved && verdictFor(this.saved.state, approvalId);
      if (verdict && !isPending(verdict)) this.ports.answer(approvalId, verdict);
    }
  }

  private sendVerdict({ seq, toolUseId, refused, approval }: SessionEvent): void {
    if (approval) this.ports.send({ type: 'verdict', seq, toolUseId, verdict: askVerdict(approval) });
    if (!refused) return;
    const { because, reason } = refused;
    const type = because === 'rule' || because === 'denied' ? 'deny' : 'stop';
    this.ports.send({ type: 'verdict', seq, toolUseId, verdict: { type, reason } });
  }

  /** Takes a new state as the truth; the log holds it already. */
  private keep(state: SessionState, nowMs: number): void {
    if (!this.saved) return;
    this.saved = { ...this.saved, state };
    this.bookkeeper.changed(state, nowMs);
    if (this.log.unsavedKeys > maxUnsavedKeys) this.log.save(this.saved);
  }

  /** Makes a new or resumed session known to the ledger, without keeping the agent waiting; the alarm tries again. */
  private register(nowMs: number): void {
    if (!this.saved || this.till.isRegistered || (this.attempts.notBefore.ledger ?? 0) > nowMs) return;
    if ((this.till.dueAt(this.saved.state) ?? Number.POSITIVE_INFINITY) > nowMs) return;
    this.settleSoon();
  }

  private settleSoon(): void {
    this.ports.background(this.attempt('ledger', () => this.settle()).then(() => this.schedule()));
  }

  /** Settles with the ledger. What a session used before it knew the organization's prices is priced by them now, visibly. */
  private async settle(): Promise<void> {
    const wasNew = this.till.isNew;
    await this.till.settle();
    if (wasNew && this.till.prices.length > 0) await this.orders.reprice(this.till.prices, {});
  }

  /** Notes what the ledger said of the parent that the session's agent named. */
  private meetParent(): void {
    const { parent } = this.till.policy.family ?? {};
    if (this.saved?.state.parent?.is !== 'named' || !parent) return;
    const { id: parentId, why } = parent;
    const { branch } = this.saved.state;
    if (why === undefined) this.note({ action: 'parent_found', parentId, ...(branch && { branch }) }, `started by ${parentId}`);
    else if (branch)
      this.note({ action: 'parent_ignored', parentId, branch }, `its parent’s budget does not count what it spends: ${why}`);
    else this.note({ action: 'parent_ignored', parentId }, `“${parentId}” is not taken as its parent: ${why}`);
  }

  private note(control: Control, text: string): void {
    this.appendOwn([noteDraft(control, text)]);
  }

  private appendOwn(drafts: Draft[], postId?: string): void {
    if (this.saved && drafts.length > 0) this.ingest({ owner: this.saved.state.owner, drafts, ...(postId && { postId }) });
  }

  private closeSilent(): void {
    if (this.saved) this.appendOwn(silenceDrafts(this.saved.state, this.till.policy.limits));
  }

  private attempt(name: DeadlineName, duty: () => Promise<void>): Promise<void> {
    return this.attempts.run(name, this.saved?.state.owner.sessionId, duty);
  }

  private duties() {
    if (!this.saved) return [];
    const { state, flushedSeq, archivedSeq } = this.saved;
    const duties: Duties = {
      state,
      flushedSeq,
      archivedSeq,
      ...this.bookkeeper.owes,
      ...this.teller.told,
      hasAudience: this.ports.hasAudience(),
      spectatorUntilMs: this.ports.spectatorUntilMs(),
      timeouts: this.till.policy.limits,
      liveDays: this.till.policy.retention.liveDays,
      ledgerAtMs: this.till.dueAt(state),
      refusalsAtMs: this.refusals.dueAtMs,
      notBefore: this.attempts.notBefore,
    };
    return deadlinesOf(duties);
  }
}

/** What a POST that was refused is known by. */
type Refused = Pick<Ingest, 'owner' | 'postId'>;

/** What a record would add to what the session has stored. */
const volumeOf = ({ events }: LogRecord) => ({
  events: events.length,
  // Joined by commas, without the brackets of a list.
  bytes: () => bytesOf(JSON.stringify(events)) - 2,
});
