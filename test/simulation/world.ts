import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import { noPolicy } from '../../wire/policy.ts';
import type { Ingest, SessionOwner } from '../../worker/domain/ingest.ts';
import type { Segment, SessionState } from '../../worker/domain/session-state.ts';
import type { CorePorts } from '../../worker/rooms/session/core-ports.ts';
import type { LogPage } from '../../worker/rooms/session/log-rows.ts';
import { framesOf, replayFrames } from '../../worker/rooms/session/replay.ts';
import { SessionCore } from '../../worker/rooms/session/session-core.ts';
import { deleteArchived, deleteSegments, putSegment, readSegment, rewriteSegment } from '../../worker/store/archive.ts';
import { openDb, ping } from '../../worker/store/db.ts';
import { deleteSession, flushSession } from '../../worker/store/sessions/flush.ts';
import { trashSession, untrashSession } from '../../worker/store/sessions/trash.ts';
import { LocalArchive } from './local-archive.ts';
import type { LocalD1 } from './local-d1.ts';
import { RoomDisk } from './room-disk.ts';
import { Spectator } from './spectator.ts';
import { Sky } from './weather.ts';

/** Where a deliberately broken version differs; production's behaviour by default. */
export interface Faults {
  ingest(input: Ingest): Ingest;
  /** Before a new instance wakes up. */
  wake(disk: RoomDisk): void;
  archive(put: () => Promise<Segment>, page: LogPage, owner: SessionOwner): Promise<Segment>;
  replay: typeof replayFrames;
  setAlarm(atMs: number, disk: RoomDisk): void;
}

export const noFaults: Faults = {
  ingest: (input) => input,
  wake: () => {},
  archive: (put) => put(),
  replay: replayFrames,
  setAlarm: (atMs, disk) => {
    disk.alarmAtMs = atMs;
  },
};

/** The platform around one room: its disk, its alarm, the clock, D1, R2 and the sockets. The room itself is production's. */
export class World {
  nowMs = Date.UTC(2026, 10, 21, 12);
  readonly owner: SessionOwner;
  readonly disk = new RoomDisk();
  readonly d1: LocalD1;
  readonly archive: LocalArchive;
  readonly spectators = [new Spectator(), new Spectator()];
  listens = false;
  /** Tokens that a shared bucket grants beyond what it is asked for. */
  spareTokens = 0;
  core: SessionCore;
  evictions = 0;
  private readonly faults: Faults;
  private isAlarmRunning = false;
  private asker = 0;
  /** Work that the event loop finishes by itself, such as compressing. */
  private busy = 0;

  constructor(d1: LocalD1, owner: SessionOwner, faults: Faults = noFaults) {
    this.d1 = d1;
    this.archive = new LocalArchive(new Sky());
    this.owner = owner;
    this.faults = faults;
    this.core = this.wake();
  }

  /** What the platform does before its next memory is needed: the instance is gone, its answers reach nobody. */
  evict(): void {
    const before = this.stateOf(this.core);
    this.evictions += 1;
    // An alarm that did not finish runs again.
    if (this.isAlarmRunning) this.disk.alarmAtMs = Math.min(this.disk.alarmAtMs ?? Number.POSITIVE_INFINITY, this.nowMs + 2000);
    this.isAlarmRunning = false;
    this.core = this.wake();
    const after = this.stateOf(this.core);
    if (after !== before) throw new Error(`an eviction changed the state\n${before}\n${after}`);
  }

  ingest(input: Ingest) {
    // Over RPC everything is copied.
    return this.core.entrance.take(this.faults.ingest(structuredClone(input)));
  }

  /** Runs the alarm as the platform does: at least once, one at a time, unset before it runs. */
  async alarm(): Promise<void> {
    if (this.isAlarmRunning) return;
    this.disk.alarmAtMs = null;
    this.isAlarmRunning = true;
    const { asker } = this;
    let thrown: unknown;
    this.core.agenda.alarm().then(
      () => {
        if (asker === this.asker) this.isAlarmRunning = false;
      },
      (error) => {
        thrown = error;
      },
    );
    await this.settled();
    if (thrown) throw thrown;
  }

  get hasAlarm(): boolean {
    return this.disk.alarmAtMs !== null || this.isAlarmRunning;
  }

  /** Until nothing moves by itself any more. */
  async settled(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.busy > 0);
  }

  connect(spectator: Spectator): void {
    const summary = this.core.summary();
    if (spectator.isConnected || !summary) return;
    spectator.isConnected = true;
    spectator.untilMs = this.nowMs + limits.spectatorPassMs;
    spectator.inbox = [...this.faults.replay(this.core, spectator.lastSeq, summary.lastSeq)];
    this.core.agenda.schedule();
  }

  /** Events after `after` up to `to`, in small pages, wherever they lie: as the route reads them. */
  async read(after: number, to = Number.MAX_SAFE_INTEGER): Promise<SessionEvent[]> {
    const events: SessionEvent[] = [];
    if (!this.core.summary()) return events;
    for (let at = after; at < to; ) {
      const segment = this.core.segmentOf(at + 1);
      const texts = segment
        ? (await readSegment(this.archive.binding, segment.key)).slice(at + 1 - segment.from, to + 1 - segment.from)
        : this.core.read(at, Math.min(7, to - at), limits.maxPageBytes).texts;
      const page = JSON.parse(`[${texts.join(',')}]`) as SessionEvent[];
      if (page.length === 0) return events;
      events.push(...page);
      at = page.at(-1)?.seq ?? at;
    }
    return events;
  }

  /** What the last POST added. */
  eventsAfter(seq: number): SessionEvent[] {
    if ((this.core.summary()?.lastSeq ?? 0) === seq) return [];
    return JSON.parse(`[${this.core.read(seq, limits.maxPageEvents, limits.maxPageBytes).texts.join(',')}]`);
  }

  close(): void {
    this.disk.close();
  }

  private wake(): SessionCore {
    this.asker += 1;
    this.d1.sky.asker = this.archive.sky.asker = this.asker;
    this.faults.wake(this.disk);
    return new SessionCore(this.ports(), this.disk.alarmAtMs);
  }

  private stateOf(core: SessionCore): string {
    // The core keeps it to itself; nothing else could tell whether waking up rebuilds all of it.
    const saved = Reflect.get(Reflect.get(core, 'known'), 'saved') as { state: SessionState } | null;
    return JSON.stringify(saved && sorted(saved.state));
  }

  private ports(): CorePorts {
    const watching = () => this.spectators.filter(({ isConnected }) => isConnected);
    const db = openDb(this.d1.binding);
    return {
      storage: this.disk,
      now: () => this.nowMs,
      setAlarm: (atMs) => this.faults.setAlarm(atMs, this.disk),
      broadcast: (events) => {
        for (const frame of framesOf(events)) for (const { inbox } of watching()) inbox.push(frame);
      },
      send: (frame) => {
        for (const { inbox } of watching()) inbox.push(JSON.stringify(frame));
      },
      tell: (session) => {
        for (const { inbox } of watching()) inbox.push(JSON.stringify({ type: 'summary', session }));
      },
      awaited: () => [],
      answer: () => {},
      rates: async (_, __, { need, wish, size }) => ({
        granted: Math.max(need, wish) + this.spareTokens,
        remaining: 0,
        retryAfterMs: 0,
        size,
      }),
      hasAudience: () => this.listens || watching().length > 0,
      spectatorUntilMs: () => watching().reduce<number | null>((first, { untilMs }) => Math.min(first ?? untilMs, untilMs), null),
      closeExpired: async (nowMs) => {
        await ping(db);
        for (const spectator of watching()) {
          if (spectator.untilMs > nowMs) continue;
          spectator.closes += 1;
          spectator.drop();
        }
      },
      flush: (summary, fromSeq, costs) => flushSession(db, this.owner.organizationId, summary, fromSeq, costs),
      archive: ({ owner }, page) => this.faults.archive(() => this.put(owner, page), page, owner),
      readSegment: ({ key }) => readSegment(this.archive.binding, key),
      deleteSegments: (keys) => deleteSegments(this.archive.binding, keys),
      rewriteSegment: ({ key }, change) => rewriteSegment(this.archive.binding, key, change),
      // No budgets here: test/simulation/ledger.test.ts is about them.
      ledger: { register: async () => noPolicy, ask: async () => ({ type: 'granted', grants: [] }) },
      // Nor a radar: test/rooms/radar.test.ts is about it.
      radar: { touch: async () => {}, others: async () => [], part: async () => {} },
      background: () => {},
      hide: async ({ owner: { organizationId, sessionId }, atMs, by }, summary, fromSeq, costs) => {
        const held = await flushSession(db, organizationId, summary, fromSeq, costs);
        await trashSession(db, organizationId, sessionId, { atMs, by });
        return held;
      },
      show: ({ organizationId, sessionId }) => untrashSession(db, organizationId, sessionId, this.nowMs),
      erase: async ({ organizationId, sessionId }) => {
        await deleteSession(db, organizationId, sessionId);
        await deleteArchived(this.archive.binding, organizationId, sessionId);
      },
    };
  }

  /** Compressing takes a while by itself; the upload after it is the weather's business. */
  private put(owner: SessionOwner, { texts }: LogPage): Promise<Segment> {
    const { archive } = this;
    this.busy += 1;
    let isCompressing = true;
    const compressed = () => {
      if (isCompressing) this.busy -= 1;
      isCompressing = false;
    };
    const bucket = {
      put: (...args: Parameters<LocalArchive['put']>) => {
        compressed();
        return archive.put(...args);
      },
    };
    return putSegment(bucket as unknown as R2Bucket, owner, JSON.parse(`[${texts.join(',')}]`)).finally(compressed);
  }
}

/** Key order is no part of a state; what JSON leaves out is none either. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, held]) => [name, sorted(held)]));
}
