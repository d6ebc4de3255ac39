import { limits } from '../../wire/limits.ts';
import type { SessionSummary } from '../../wire/session.ts';
import type { RequestPage, SessionRequest } from '../../wire/work.ts';
import { backOffMs, queuedPatienceMs } from '../domain/deadlines.ts';
import type { Draft } from '../domain/draft.ts';
import { requestedDraft } from '../domain/work/notes.ts';
import { ended } from '../domain/work/request.ts';
import type { Requested } from './request-session.ts';
import type { RoomStorage } from './room-tables.ts';
import { WorkBook, type WorkEntry, type WorkFilter } from './work-book.ts';

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
    this.book.add({ request, untold: [requestedDraft(request)] });
    await this.tell(request.id);
    this.schedule();
    return { ok: true, request: this.book.find(request.id)?.request ?? request, isNew: true };
  }

  find(id: string): SessionRequest | null {
    return this.book.find(id)?.request ?? null;
  }

  list(filter: WorkFilter): RequestPage {
    return this.book.list(filter);
  }

  /** Tells sessions what they do not know, and gives up what nobody started. Runs at least once; never throws. */
  async alarm(): Promise<void> {
    this.alarmAtMs = null;
    const nowMs = this.ports.now();
    // Its session gives up by itself.
    for (const { request, untold } of this.book.queued())
      if (Date.parse(request.createdAt) + queuedPatienceMs <= nowMs)
        this.book.save({ request: ended(request, 'cancelled', nowMs), untold });
    for (const { request } of this.book.untold(maxToldAtOnce)) await this.tell(request.id);
    this.schedule();
  }

  /** Tells a request's session all that it does not know, in order. What cannot be told now is told by the alarm. */
  private async tell(id: string): Promise<void> {
    for (let entry = this.book.find(id); entry?.untold[0]; entry = this.book.find(id)) {
      const [draft] = entry.untold;
      try {
        const session = await this.ports.tell(entry.request, draft);
        this.settle(id, draft, session !== null);
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        console.warn(JSON.stringify({ request: id, untold: draft.control?.action, error: String(error) }));
        return;
      }
    }
  }

  /** A session that was deleted is not started. */
  private settle(id: string, { key }: Draft, isThere: boolean): void {
    const entry = this.book.find(id);
    if (!entry) return;
    if (isThere) this.book.save({ ...entry, untold: entry.untold.filter((other) => other.key !== key) });
    else this.book.save({ request: ended(entry.request, 'cancelled', this.ports.now()), untold: [] });
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
    const [oldest]: (WorkEntry | undefined)[] = this.book.queued();
    const found = [
      ...(owes ? [this.ports.now() + Math.max(tellAgainMs, backOffMs(this.failures))] : []),
      ...(oldest ? [Date.parse(oldest.request.createdAt) + queuedPatienceMs] : []),
    ];
    return found.length === 0 ? null : Math.min(...found);
  }
}
