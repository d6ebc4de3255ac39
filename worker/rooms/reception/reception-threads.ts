import type { SessionSummary } from '../../../wire/session.ts';
import { isEnded } from '../../domain/session.ts';
import type { Place } from '../../domain/work/place.ts';
import { type Reported, reported } from '../../domain/work/pull-comment.ts';
import type { Outgoing } from '../outbox/outbox.ts';
import type { RoomTables } from '../room-tables.ts';

/** A session that is reported where it was asked for. */
interface Thread {
  sessionId: string;
  integrationId: string;
  place: Place;
  /** What was last decided to be told: the session as it was, its number, and whether the outbox has it. */
  told: { session: Reported; n: number; isPosted: boolean } | null;
  /** Since when nothing has changed. */
  sinceMs: number;
  nextAtMs: number;
}

/** A comment that the outbox is to make, before it is known where our pages are. */
export interface Report {
  integrationId: string;
  place: Place;
  session: Reported;
}

/** What threads need of the world; both calls reject where an object cannot be reached. */
export interface ThreadPorts {
  now(): number;
  /** Null where the session was deleted. */
  session(id: string): Promise<SessionSummary | null>;
  post(deliveries: Outgoing[]): Promise<void>;
}

const minLookMs = 10_000;
const maxLookMs = 300_000;
/** A room that could not be told of its session for so long never will be. */
const lateMs = 24 * 3600_000;
/** The last costs of a session arrive after its end. */
const lingerMs = 60_000;

/**
 * The sessions that are reported at code hosts. They are looked at, more and more rarely where nothing changes, until a minute after they
 * are over: their rooms know nothing of it, so that a hook costs nothing more.
 */
export class ReceptionThreads {
  private readonly tables: RoomTables;
  private readonly ports: ThreadPorts;

  constructor(tables: RoomTables, ports: ThreadPorts) {
    this.tables = tables;
    this.ports = ports;
  }

  /** Begins one, once for each session. */
  open(sessionId: string, integrationId: string, place: Place): void {
    if (this.tables.rows('SELECT 1 FROM thread WHERE session = ?', sessionId).length > 0) return;
    const nowMs = this.ports.now();
    this.save({ sessionId, integrationId, place, told: null, sinceMs: nowMs, nextAtMs: nowMs });
  }

  /** When the next is to be looked at; null where there is none. */
  dueAtMs(): number | null {
    if (!this.tables.exist) return null;
    const [row] = this.tables.rows('SELECT min(next_at) AS at FROM thread');
    return row?.at == null ? null : Number(row.at);
  }

  /** Looks at those that are due, and tells what has changed. What cannot be reached is looked at later. */
  async lookAtDue(): Promise<void> {
    if (!this.tables.exist) return;
    for (const row of this.tables.rows(
      'SELECT thread FROM thread WHERE next_at <= ? ORDER BY next_at LIMIT 50',
      this.ports.now(),
    )) {
      const thread: Thread = JSON.parse(String(row.thread)); // Ours: `save` wrote it.
      try {
        await this.look(thread);
      } catch (error) {
        console.warn(JSON.stringify({ thread: thread.sessionId, error: String(error) }));
        this.save({ ...thread, nextAtMs: this.ports.now() + minLookMs });
      }
    }
  }

  private async look(thread: Thread): Promise<void> {
    // What was decided before we were interrupted goes out as it was.
    if (thread.told && !thread.told.isPosted) await this.tell(thread, thread.told);
    const summary = await this.ports.session(thread.sessionId);
    const nowMs = this.ports.now();
    if (!summary) return this.miss(thread, nowMs);
    const session = reported(summary);
    const last = thread.told;
    const isSame = last !== null && shownOf(last.session) === shownOf(session);
    const sinceMs = isSame ? thread.sinceMs : nowMs;
    if (isSame && isEnded(session.status) && nowMs - sinceMs >= lingerMs) return this.close(thread);
    const waitMs = isEnded(session.status) ? minLookMs : patienceMs(nowMs - sinceMs);
    const next = { ...thread, sinceMs, nextAtMs: nowMs + waitMs };
    if (isSame && last) return this.save({ ...next, told: { ...last, isPosted: true } });
    const told = { session, n: (last?.n ?? 0) + 1, isPosted: false };
    this.save({ ...next, told });
    await this.tell(next, told);
  }

  /** A session that nobody has seen yet may be late: its room is told of it as soon as it can be reached. Any other was deleted. */
  private miss(thread: Thread, nowMs: number): void {
    const missedMs = nowMs - thread.sinceMs;
    if (thread.told || missedMs >= lateMs) this.close(thread);
    else this.save({ ...thread, nextAtMs: nowMs + patienceMs(missedMs) });
  }

  /** One delivery for each number, whatever interrupts us. */
  private async tell(thread: Thread, told: NonNullable<Thread['told']>): Promise<void> {
    const { sessionId, integrationId, place } = thread;
    const report: Report = { integrationId, place, session: told.session };
    const where = `${place.repository}#${place.subject.number}`;
    const delivery = (what: 'comment' | 'status', target: string): Outgoing => ({
      key: `${sessionId}/${told.n}`,
      target: `${integrationId}:${target}`,
      kind: `${place.service}-${what}`,
      title: `${told.session.title} (${told.session.status})`,
      payload: report,
    });
    await this.ports.post([
      delivery('comment', `${where}:${sessionId}`),
      ...(place.sha === null ? [] : [delivery('status', `${place.repository}@${place.sha}`)]),
    ]);
    this.save({ ...thread, told: { ...told, isPosted: true } });
  }

  private save(thread: Thread): void {
    this.tables.run(
      `INSERT INTO thread (session, next_at, thread) VALUES (?, ?, ?)
       ON CONFLICT (session) DO UPDATE SET next_at = excluded.next_at, thread = excluded.thread`,
      thread.sessionId,
      Math.ceil(thread.nextAtMs),
      JSON.stringify(thread),
    );
  }

  private close({ sessionId }: Thread): void {
    this.tables.run('DELETE FROM thread WHERE session = ?', sessionId);
  }
}

/** The longer nothing has changed, the longer until the next look. */
const patienceMs = (quietMs: number): number => Math.min(maxLookMs, Math.max(minLookMs, quietMs / 10));

/** What readers would see change: figures only count at the end. */
const shownOf = ({ status, title, outcome, costMicroUsd, toolCallCount, errorCount }: Reported): string =>
  JSON.stringify(isEnded(status) ? [status, title, outcome, costMicroUsd, toolCallCount, errorCount] : [status, title]);
