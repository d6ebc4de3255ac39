import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { ReportAnswer, RequestPage, SessionRequest, WorkReport } from '../../../wire/work.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { backOffMs, queuedPatienceMs } from '../../domain/deadlines.ts';
import type { Draft } from '../../domain/draft.ts';
import {
  afterTelling,
  type Claim,
  cancelled,
  claimed,
  fits,
  lapsed,
  type Person,
  reported,
  type WorkEntry,
} from '../../domain/work/claim.ts';
import { entryWithout } from '../../domain/work/erased.ts';
import { requestedDraft } from '../../domain/work/notes.ts';
import { isOver } from '../../domain/work/request.ts';
import type { RoomStorage } from '../room-tables.ts';
import type { Requested } from './request-session.ts';
import { WorkBook, type WorkFilter } from './work-book.ts';

/** What the queue needs from the world. Calls to rooms reject when a room cannot be reached in time. */
export interface WorkPorts {
  storage: RoomStorage;
  now(): number;
  setAlarm(atMs: number): void;
  /** Tells a request's session something; null where that session was deleted. Telling twice is telling once. */
  tell(request: SessionRequest, draft: Draft): Promise<SessionSummary | null>;
}

/** A session is told at once. Where the object died over it, its alarm does so after this long. */
const tellAgainMs = 10_000;

/** Requests that one alarm tells: each is an object request. */
const maxToldAtOnce = 50;

/** An organization's queue of requests, without its Durable Object. What is decided is written before anybody hears of it. */
export class WorkCore {
  private readonly ports: WorkPorts;
  private readonly book: WorkBook;
  private alarmAtMs: number | null;
  /** Cache: an evicted queue begins anew with short waits. */
  private failures = 0;

  constructor(ports: WorkPorts, alarmAtMs: number | null) {
    this.ports = ports;
    this.book = new WorkBook(ports.storage);
    this.alarmAtMs = alarmAtMs;
  }

  /** Adds a request, once for each id, and has its session made. */
  async add(request: SessionRequest): Promise<Requested> {
    const known = this.book.find(request.id);
    if (known) return { ok: true, request: known.request, isNew: false };
    if (this.book.openCount >= limits.maxOpenRequests) {
      const message = `${limits.maxOpenRequests} sessions wait for a machine or run on one already; start a machine with \`flightdeck work\`, or cancel some.`;
      return { ok: false, code: 'quota_exceeded', message };
    }
    this.book.add({ request, untold: [requestedDraft(request)], lease: null, isStopped: false });
    await this.tell(request.id);
    return { ok: true, request: this.book.find(request.id)?.request ?? request, isNew: true };
  }

  find(id: string): SessionRequest | null {
    return this.book.find(id)?.request ?? null;
  }

  list(filter: WorkFilter): RequestPage {
    return this.book.list(filter);
  }

  /** Gives a machine the oldest that it can start, the same again where it asks again; null where there is none. */
  async claim(claim: Claim): Promise<SessionRequest | null> {
    const mine = this.leasedAs(claim);
    if (mine) return mine;
    for (let next = this.oldest(claim); next; next = this.oldest(claim)) {
      // Before anybody hears of it: the next machine finds it taken.
      this.book.save(claimed(next, claim, this.ports.now()));
      await this.tell(next.request.id);
      // None, where its session is gone, is over, or was begun by hand.
      const taken = this.leasedAs(claim);
      if (taken) return taken;
    }
    return null;
  }

  /** A machine says how it goes; null where it has lost the request, or never had it. */
  async report(id: string, report: WorkReport, by: Person): Promise<ReportAnswer | null> {
    const entry = this.book.find(id);
    if (!entry || entry.request.machine?.by.userId !== by.userId) return null;
    const answer = reported(entry, report, this.ports.now());
    if (!answer.ok) return null;
    this.book.save(answer.entry);
    await this.tell(id);
    const { request, isStopped } = this.book.find(id) ?? answer.entry;
    return { order: isStopped ? 'stop' : 'go_on', status: request.status };
  }

  /** Has no request name this person any more: what they asked for is over, and nobody knows what it was. Doing it again changes nothing. */
  erasePerson(person: ErasedPerson): void {
    for (const { request } of this.book.naming(person.userId))
      if (request.requestedBy.userId === person.userId && !isOver(request.status)) this.cancel(request.id, request.requestedBy);
    for (const entry of this.book.naming(person.userId)) this.book.save(entryWithout(entry, person));
  }

  /** Takes a request back; null where there is none. */
  cancel(id: string, by: Person): SessionRequest | null {
    const entry = this.book.find(id);
    if (!entry) return null;
    const after = cancelled(entry, by, this.ports.now());
    if (after !== entry) this.book.save(after);
    this.schedule();
    return after.request;
  }

  /** Takes requests from machines that are gone, tells sessions what they do not know, and gives up what nobody started. Runs at least once; never throws. */
  async alarm(): Promise<void> {
    this.alarmAtMs = null;
    const nowMs = this.ports.now();
    for (const entry of this.book.leased()) {
      const after = lapsed(entry, nowMs);
      if (after !== entry) this.book.save(after);
    }
    // Its session gives up by itself.
    for (const { id, createdAt } of this.book.waiting()) {
      const entry = Date.parse(createdAt) + queuedPatienceMs <= nowMs ? this.book.find(id) : null;
      if (entry) this.cancel(id, entry.request.requestedBy);
    }
    for (const { request } of this.book.untold(maxToldAtOnce)) await this.tell(request.id);
    this.schedule();
  }

  private oldest(claim: Claim): WorkEntry | undefined {
    const next = this.book.waiting().find((waiting) => fits(waiting, claim));
    return next && this.book.find(next.id);
  }

  private leasedAs({ claimId, by }: Claim): SessionRequest | undefined {
    const found = this.book.leased().find(({ lease }) => lease?.claimId === claimId);
    return found?.request.machine?.by.userId === by.userId ? found?.request : undefined;
  }

  /** Tells a request's session all that it does not know, in order. What cannot be told now is told by the alarm. */
  private async tell(id: string): Promise<void> {
    // Whatever happens to this object meanwhile, it wakes up to what it owes.
    this.schedule();
    for (let entry = this.book.find(id); entry?.untold[0]; entry = this.book.find(id)) {
      const [draft] = entry.untold;
      try {
        const session = await this.ports.tell(entry.request, draft);
        this.settle(id, draft, session);
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        console.warn(JSON.stringify({ request: id, untold: draft.control?.action, error: String(error) }));
        break;
      }
    }
    this.schedule();
  }

  private settle(id: string, draft: Draft, session: SessionSummary | null): void {
    const entry = this.book.find(id);
    // Told by somebody else at the same time.
    if (!entry?.untold.some(({ key }) => key === draft.key)) return;
    this.book.save(afterTelling(entry, draft, session, this.ports.now()));
  }

  /** A set alarm costs a row, so an earlier one is left alone. */
  private schedule(): void {
    const atMs = this.dueAt();
    if (atMs === null || (this.alarmAtMs !== null && this.alarmAtMs <= atMs)) return;
    this.alarmAtMs = atMs;
    this.ports.setAlarm(atMs);
  }

  private dueAt(): number | null {
    const owes = this.book.untold(1).length > 0;
    const [oldest] = this.book.waiting();
    const found = [
      ...(owes ? [this.ports.now() + Math.max(tellAgainMs, backOffMs(this.failures))] : []),
      ...(oldest ? [Date.parse(oldest.createdAt) + queuedPatienceMs] : []),
      ...this.book.leased().flatMap(({ lease }) => lease?.untilMs ?? []),
    ];
    return found.length === 0 ? null : Math.min(...found);
  }
}
