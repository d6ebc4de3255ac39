import { DurableObject } from 'cloudflare:workers';
import type { ApprovalDecision } from '../../../wire/approval.ts';
import type { Control } from '../../../wire/event.ts';
import { closeCodes } from '../../../wire/frame.ts';
import { limits } from '../../../wire/limits.ts';
import type { ModelPrice } from '../../../wire/price.ts';
import type { BudgetedSession, NewSessionBudget, SessionControl, SessionPatch, SessionSummary } from '../../../wire/session.ts';
import type { SessionCosts } from '../../../wire/session-costs.ts';
import type { Snapshot } from '../../../wire/snapshot.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { type Bucket, bucketRule, takeToken } from '../../domain/bucket.ts';
import type { Encounter } from '../../domain/collision.ts';
import type { Draft } from '../../domain/draft.ts';
import type { Ingest, Ingested, SessionOwner } from '../../domain/ingest.ts';
import type { OwnLimits, RoomPolicy } from '../../domain/limits/family.ts';
import type { LeaseReport, Recall } from '../../domain/limits/lease.ts';
import type { Segment } from '../../domain/session-state.ts';
import type { Env } from '../../env.ts';
import { openDb, ping } from '../../store/db.ts';
import { ledgerPort } from '../ledger/ledger-port.ts';
import { radarPort } from '../radar/radar-port.ts';
import { ratePort } from '../rates/rate-port.ts';
import { Spectators, send } from '../spectators.ts';
import type { PersonErased } from '../trash/person-eraser.ts';
import { spectatorOf } from '../upgrade.ts';
import { within } from '../within.ts';
import type { Adopted, Adoption, Exported } from './adoption.ts';
import { Herald } from './herald.ts';
import type { EventRun } from './log-rows.ts';
import type { Controlled, DecisionAnswer, LimitOnly, Person, Repriced } from './orders.ts';
import { framesOf, replayFrames } from './replay.ts';
import { SessionCore } from './session-core.ts';
import { storePort } from './store-port.ts';
import { awaitedIn, crowdedStatus, Waiters } from './waiters.ts';

/** A page of events: JSON texts joined by commas, or the archived run to read instead. */
export type EventPage =
  | { from: 'log'; texts: string[]; lastSeq: number; endSeq: number }
  | { from: 'archive'; segment: Segment; endSeq: number };

/** What a client hears that asks about a question, or when it may ask again. */
export type Polled = { ok: true; verdict: Verdict } | { ok: false; retryAfterMs: number };

const publishMs = 1000;
const pollRule = bucketRule({ burst: limits.approvalPollBurst, perMinute: limits.approvalPollsPerMinute });

/** One agent's session: its log, its order, its totals and its spectators. */
export class SessionRoom extends DurableObject<Env> {
  private readonly spectators: Spectators;
  private readonly waiters: Waiters;
  private readonly herald: Herald;
  private core!: SessionCore; // Made in the constructor, before the first event is delivered.
  /** Cache: the polls that may still come. One that is lost with the room mints a few, which only cost their requests. */
  private polls: Bucket | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.spectators = new Spectators(ctx);
    this.waiters = new Waiters(ctx);
    this.herald = new Herald(ctx, env, this.spectators);
    void ctx.blockConcurrencyWhile(async () => {
      this.core = this.makeCore(await ctx.storage.getAlarm());
    });
  }

  /** Takes one POST's events. The one call of the hot path: one row, and no await unless a budget's lease has to be refilled. */
  ingest(input: Ingest): Ingested | Promise<Ingested> {
    return this.core.entrance.take(input);
  }

  /** Counts a hook that is too large to be read. */
  refuse(input: Omit<Ingest, 'drafts'>): Promise<void> {
    return this.core.entrance.refuseLarge(input);
  }

  /** Null where there is no such session, or no longer. */
  summary(): SessionSummary | null {
    return this.core.summary();
  }

  /** What the session's cost consists of; null where there is no such session. */
  costs(): SessionCosts | null {
    return this.core.costs();
  }

  /** Events after `after`; null where there is no such session. */
  events(after: number, limit: number, maxBytes: number): EventPage | null {
    const endSeq = this.core.summary()?.lastSeq;
    if (endSeq === undefined) return null;
    const segment = this.core.segmentOf(after + 1);
    if (segment) return { from: 'archive', segment, endSeq };
    const { texts, lastSeq } = this.core.read(after, limit, maxBytes);
    return { from: 'log', texts, lastSeq, endSeq };
  }

  /** What the session is exported with; `occupied` where there is none to export, or one that must not be replaced now. */
  exported(): Exported {
    return { session: this.core.succession.exported(), isOccupied: this.core.succession.isOccupied() };
  }

  /** Keeps parts of a log that is imported until `takeOver`; false where parts before them are missing. */
  stage(importId: string, part: number, runs: EventRun[]): boolean {
    return this.core.succession.stage(importId, part, runs);
  }

  /** An imported session begins here, indexed and archived at once. */
  async takeOver(adoption: Adoption): Promise<Adopted> {
    const adopted = await this.core.succession.takeOver(adoption);
    if (!adopted.ok) return adopted;
    // Whoever watched the session before has events of it that are not there any more.
    this.spectators.broadcast(JSON.stringify({ type: 'deleted' }));
    this.spectators.closeAll(closeCodes.deleted, 'The session was replaced.');
    await this.publish();
    this.ctx.waitUntil(this.core.archive());
    return adopted;
  }

  /** Renames or tags; null where there is no such session. */
  async edit(patch: SessionPatch, by: Control['by'], postId?: string): Promise<SessionSummary | null> {
    const edited = this.core.orders.edit(patch, by, postId);
    await this.publish();
    return edited;
  }

  /** Pauses, resumes or stops; null where there is no such session. */
  async control(control: SessionControl, by: Person): Promise<Controlled | null> {
    const controlled = this.core.orders.control(control, by);
    await this.publish();
    return controlled;
  }

  /** Makes a session that waits for its agent; null where it was deleted meanwhile. May be repeated. */
  async enqueue(owner: SessionOwner, draft: Draft): Promise<SessionSummary | null> {
    const made = this.core.enqueue(owner, draft);
    await this.publish();
    return made;
  }

  /** Notes what came of this session in others; one that carries a key is noted once. Null where there is no such session. */
  async note(draft: Draft): Promise<SessionSummary | null> {
    const noted = this.core.orders.note(draft);
    await this.publish();
    return noted;
  }

  /** Attaches the outcome of a branch, and leaves it for the agent as a message where there is one; null where there is no such session. */
  async attach(
    draft: Draft,
    message: { text: string; key?: string | undefined } | undefined,
    by: Person,
  ): Promise<Controlled | null> {
    const attached = this.core.orders.attach(draft, message, by);
    await this.publish();
    return attached;
  }

  /** A person's answer to a call that waits; null where there is no such session. */
  async decide(approvalId: string, decision: ApprovalDecision, by: Person): Promise<DecisionAnswer | null> {
    const decided = this.core.orders.decide(approvalId, decision, by);
    await this.publish();
    return decided;
  }

  /** Leaves a message for the agent, once for each `key`; null where there is no such session. */
  write(text: string, by: Person, key: string): Controlled | null {
    return this.core.orders.write(text, by, key);
  }

  /** A snapshot of the session's workspace was taken; nothing happens where there is no such session. */
  noteSnapshot(snapshot: Snapshot, by: Person): void {
    this.core.orders.noteSnapshot(snapshot, by);
  }

  /** What whoever waits for an approval is told now; null where there was no such question. */
  verdictOn(approvalId: string): Verdict | null {
    return this.core.orders.verdictOn(approvalId) ?? null;
  }

  /** The same for a client that asks again and again, at no more than `approvalPollsPerMinute`. */
  poll(approvalId: string): Polled | null {
    const { bucket, allow, retryAfterMs } = takeToken(this.polls, pollRule, Date.now());
    this.polls = bucket;
    if (!allow) return { ok: false, retryAfterMs };
    const verdict = this.verdictOn(approvalId);
    return verdict && { ok: true, verdict };
  }

  /** Sets the session's own budget, null for none of its own; null where there is no such session. */
  async limit(budget: NewSessionBudget, by: Person, only?: LimitOnly): Promise<BudgetedSession | null> {
    const limited = this.core.orders.limit(budget, by, only);
    await this.publish();
    return limited;
  }

  /** Counts the session's cost again at these prices, or only says what would change; null where there is no such session. */
  async reprice(prices: ModelPrice[], by: Person, dryRun: boolean): Promise<Repriced | null> {
    const repriced = await this.core.orders.reprice(prices, { by, dryRun });
    if (repriced?.changed && !dryRun) await this.publish();
    return repriced;
  }

  /** The ledger asks for money that lies idle here; null where there is no such session. */
  recall(last: Recall): LeaseReport | null {
    return this.core.membership.recall(last);
  }

  /** The ledger's policy has changed; false where there is no such session. */
  adopt(policy: RoomPolicy): boolean {
    return this.core.membership.adopt(policy);
  }

  /** Another live session touches a file of this one; null where there is no such session, or it is over. */
  collide(other: Encounter): { title: string } | null {
    return this.core.encounters.collide(other);
  }

  /** A session that this one met is over. */
  part(otherId: string): void {
    this.core.encounters.part(otherId);
  }

  /** The ledger asks a session that another names as its parent; null where there is no such session. */
  ownLimits(): OwnLimits | null {
    return this.core.membership.ownLimits();
  }

  /**
   * Puts the session into the trash; false where there is none, or where it was heard of after `quietSinceMs`. `by` is a person's id; null:
   * the organization's retention. `postId` names the request, whose repetition is answered as the first.
   */
  async discard(by: string | null, quietSinceMs?: number, postId?: string): Promise<boolean> {
    let isDone = false;
    await this.end(async () => {
      isDone = await this.core.exit.discard(by, quietSinceMs, postId);
      return isDone;
    });
    return isDone;
  }

  /** Takes the session out of the trash; null where it is not in it. `postId` as in `discard`. */
  async restore(by: Person, postId?: string): Promise<SessionSummary | null> {
    const restored = await this.core.exit.restore(by, postId);
    if (restored) await this.publish();
    return restored;
  }

  /** Deletes for good what is in the trash, or is deleted already; false where nothing is. */
  empty(): Promise<boolean> {
    return this.core.exit.empty();
  }

  /** Deletes the session for good and keeps a tombstone; false where there is none. */
  remove(): Promise<boolean> {
    return this.end(() => this.core.exit.remove());
  }

  /** Takes a person out of the session, or the session away where it is theirs; goes on after the archived run `after`. May be repeated. */
  async erasePerson(person: ErasedPerson, after: number): Promise<PersonErased> {
    let erased: PersonErased = { was: 'unnamed', next: null };
    await this.end(async () => {
      erased = await this.core.exit.erasePerson(person, after);
      return erased.was === 'theirs';
    });
    return erased;
  }

  /** A dashboard opened: totals are worth telling again. */
  listen(): void {
    this.herald.listen();
    this.core.agenda.schedule();
  }

  /** The upgrade of a spectator whom the Worker has authorised, or of a Worker that waits for an approval. */
  override async fetch(request: Request): Promise<Response> {
    const summary = this.core.summary();
    if (!summary) return new Response(null, { status: 404 });
    const approvalId = awaitedIn(request);
    if (approvalId !== null && this.waiters.isFull) return new Response(null, { status: crowdedStatus });
    const { 0: client, 1: server } = new WebSocketPair();
    if (approvalId !== null) {
      this.waiters.accept(server, approvalId);
      // Decided while this was on its way.
      this.core.answerAwaited();
      return new Response(null, { status: 101, webSocket: client });
    }
    const response = new Response(null, { status: 101, webSocket: client });
    if (this.spectators.count >= limits.maxSpectators) {
      this.spectators.refuse(server);
      return response;
    }
    const { after, attachment } = spectatorOf(request);
    this.spectators.accept(server, attachment);
    send(server, JSON.stringify({ type: 'hello', session: summary, cursor: summary.lastSeq }));
    for (const frame of replayFrames(this.core, after, summary.lastSeq)) send(server, frame);
    this.spectators.announce(server);
    this.core.agenda.schedule();
    return response;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (this.spectators.isOne(socket)) await this.spectators.receive(socket, message, this.env.SIGNING_SECRET);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.spectators.leave(socket, code);
    if (this.spectators.isOne(socket)) this.spectators.announce();
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1011);
  }

  override async alarm(): Promise<void> {
    await this.core.agenda.alarm();
  }

  /** What a person changed is in force already; the list only has to hear of it, and a D1 that is slow is not waited for. */
  private async publish(): Promise<void> {
    const published = this.core.publish();
    this.ctx.waitUntil(published);
    await within(publishMs, () => published).catch(() => {});
  }

  /** Ends the session for everybody who looks at it. */
  private async end(ending: () => Promise<boolean>): Promise<boolean> {
    const summary = this.core.summary();
    const organizationId = this.core.organizationId;
    if (!(await ending()) || !summary || !organizationId) return false;
    this.spectators.broadcast(JSON.stringify({ type: 'deleted' }));
    this.spectators.closeAll(closeCodes.deleted, 'The session was deleted.');
    this.waiters.release();
    await this.herald.tellDeleted(organizationId, summary.id);
    return true;
  }

  private makeCore(alarmAtMs: number | null): SessionCore {
    const { ctx, env, spectators, waiters, herald } = this;
    return new SessionCore(
      {
        storage: ctx.storage,
        now: () => Date.now(),
        setAlarm: (atMs) => void ctx.storage.setAlarm(atMs),
        broadcast: (events) => {
          if (spectators.count === 0) return;
          for (const frame of framesOf(events)) spectators.broadcast(frame);
        },
        send: (frame) => spectators.broadcast(JSON.stringify(frame)),
        tell: (summary) => herald.tell(this.requireOrganization(), summary),
        hasAudience: () => herald.hasAudience,
        awaited: () => waiters.approvalIds,
        answer: (approvalId, verdict) => waiters.answer(approvalId, verdict),
        spectatorUntilMs: () => spectators.untilMs,
        closeExpired: async (nowMs) => {
          await ping(openDb(env.DB));
          spectators.closeExpired(nowMs);
        },
        ...storePort(env, () => this.requireOrganization()),
        ledger: ledgerPort(env),
        rates: ratePort(env),
        radar: radarPort(env),
        background: (work) => ctx.waitUntil(work),
      },
      alarmAtMs,
    );
  }

  private requireOrganization(): string {
    const organizationId = this.core.organizationId;
    if (organizationId === undefined) throw new Error('a room without a session has nothing to flush');
    return organizationId;
  }
}
