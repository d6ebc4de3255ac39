import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { SessionSummary } from '../../wire/session.ts';
import type { SessionOwner } from '../../worker/domain/ingest.ts';
import type { EventPage } from '../../worker/rooms/session/session-room.ts';
import { upgradeFor } from '../../worker/rooms/upgrade.ts';
import { readSegment } from '../../worker/store/archive.ts';
import { openDb } from '../../worker/store/db.ts';
import { costFigures } from '../../worker/store/sessions/costs.ts';
import { listSessions } from '../../worker/store/sessions/list.ts';
import type { Oracle } from '../simulation/oracle.ts';
import { always, checkOutcome, daysQuery } from '../simulation/outcome.ts';
import type { Stage } from '../simulation/player.ts';
import type { Weather } from '../simulation/weather.ts';
import { brokenArchive, brokenD1 } from './broken-bindings.ts';
import { SeatedSpectator } from './seated-spectator.ts';

/** The room's clock: years ahead of the platform's, so that no alarm runs but by the schedule. */
const startMs = Date.UTC(2040, 0, 1);

const ada = { kind: 'login', userId: 'usr_1', userName: 'Ada', role: 'owner', credentialId: 'login_1' } as const;

/** A real SessionRoom in workerd, with real D1, R2, sockets and evictions. */
export class RoomStage implements Stage {
  readonly owner: SessionOwner;
  private nowMs = startMs;
  private readonly skies: Record<'d1' | 'r2', Weather> = { d1: 'fair', r2: 'fair' };
  private readonly watchers = [new SeatedSpectator(), new SeatedSpectator()];

  constructor(owner: SessionOwner) {
    this.owner = owner;
    vi.spyOn(Date, 'now').mockImplementation(() => this.nowMs);
  }

  get room() {
    return env.SESSION_ROOM.getByName(`${this.owner.organizationId}/${this.owner.sessionId}`);
  }

  ingest: Stage['ingest'] = (input) => this.room.ingest(input);
  summary: Stage['summary'] = () => this.room.summary();
  eventsAfter: Stage['eventsAfter'] = (seq) => this.read(seq);
  edit: Stage['edit'] = (patch, by) => this.room.edit(patch, by);
  control: Stage['control'] = (control, by) => this.room.control(control, by);
  limit: Stage['limit'] = (limitMicroUsd, by) => this.room.limit({ limitMicroUsd }, by);
  refuse: Stage['refuse'] = () => this.room.refuse({ owner: this.owner });

  async evict(): Promise<void> {
    // Only what runs can be evicted.
    await this.room.summary();
    await evictDurableObject(this.room);
  }

  wait(ms: number): void {
    this.nowMs += ms;
  }

  async alarm({ early, twice }: { early: boolean; twice: boolean }): Promise<void> {
    const atMs = await this.alarmAtMs();
    if (atMs === null || (!early && atMs > this.nowMs)) return;
    await this.underWeather(() => runDurableObjectAlarm(this.room));
    if (twice) await this.underWeather(() => runInDurableObject(this.room, (room) => room.alarm()));
  }

  async nextAlarm(ms: number): Promise<void> {
    const atMs = (await this.alarmAtMs()) ?? this.nowMs;
    this.nowMs = Math.max(this.nowMs, Math.min(atMs, this.nowMs + ms));
    await this.underWeather(() => runDurableObjectAlarm(this.room));
  }

  /** An object cannot be evicted in the middle of its alarm here: it waits for it. The answer is lost instead. */
  async strand({ service }: { service: 'd1' | 'r2' }): Promise<void> {
    const before = this.skies[service];
    this.skies[service] = 'mute';
    this.nowMs = Math.max(this.nowMs, (await this.alarmAtMs()) ?? 0);
    await this.underWeather(() => runDurableObjectAlarm(this.room));
    this.skies[service] = before;
    await this.evict();
  }

  weather({ service, weather }: { service: 'd1' | 'r2'; weather: Weather }): void {
    this.skies[service] = weather === 'slow' ? 'down' : weather;
  }

  settle(): void {}
  audience(): void {}
  receive(): void {}

  async check(): Promise<void> {
    const summary = await this.room.summary();
    if (!summary || (await this.alarmAtMs()) !== null) return;
    if (summary.endedAt === null) throw new Error('there is work to do, and no alarm is set');
  }

  async connect(spectator: number): Promise<void> {
    const watcher = this.watcher(spectator);
    if (watcher.isOpen || !(await this.room.summary())) return;
    const { webSocket } = await this.room.fetch(
      upgradeFor({ ...ada, organizationId: this.owner.organizationId }, watcher.lastSeq),
    );
    if (!webSocket) throw new Error('the room took no spectator');
    watcher.listen(webSocket, (after, to) => this.read(after, to));
  }

  drop(spectator: number): Promise<void> {
    return this.watcher(spectator).close();
  }

  async rest(): Promise<void> {
    this.skies.d1 = this.skies.r2 = 'fair';
    for (let round = 0; round < 200; round += 1) {
      const atMs = await this.alarmAtMs();
      if (atMs === null) return;
      this.nowMs = Math.max(this.nowMs, atMs);
      await runDurableObjectAlarm(this.room);
    }
    throw new Error('the alarms never come to rest');
  }

  async finish(oracle: Oracle): Promise<void> {
    const { owner } = this;
    const log = await this.read(0);
    const seen: SessionEvent[][] = [];
    for (const [index, watcher] of this.watchers.entries()) {
      await watcher.close();
      await this.connect(index);
      seen.push(await watcher.upTo(log.length));
    }
    const days = await env.DB.prepare(daysQuery).bind(owner.organizationId).first<Record<string, unknown>>();
    const listed = await this.listed();
    // An archived log is an empty one.
    const archivedSeq = (await this.logRows()) === 0 ? log.length : 0;
    const costs = await costFigures(openDb(env.DB), owner.organizationId, always, 'model');
    checkOutcome({ log, summary: await this.room.summary(), listed, days: { ...days }, costs, archivedSeq, seen }, oracle);
  }

  async remove(): Promise<void> {
    const wasThere = (await this.room.summary()) !== null;
    if ((await this.underWeather(() => this.room.remove())) !== wasThere) throw new Error('deleting answered wrongly');
    await this.rest();
    if (!wasThere) return;
    const items = await this.listed();
    const { objects } = await env.ARCHIVE.list({ prefix: `${this.owner.organizationId}/` });
    const late = await this.room.ingest({ owner: this.owner, drafts: [{ type: 'prompt', hook: 'late', text: 'late' }] });
    if (items.length > 0 || objects.length > 0) throw new Error('a deleted session left something behind');
    if (!late.ok || late.accepted > 0 || (await this.room.summary())) throw new Error('a deleted session came back');
  }

  /** What D1 has of the organization's sessions. */
  async listed(): Promise<SessionSummary[]> {
    return (await listSessions(openDb(env.DB), this.owner.organizationId, {})).items;
  }

  /** What a spectator saw, once that is `lastSeq` events. */
  seen(spectator: number, lastSeq: number): Promise<SessionEvent[]> {
    return this.watcher(spectator).upTo(lastSeq);
  }

  private async read(after: number, to = Number.MAX_SAFE_INTEGER): Promise<SessionEvent[]> {
    const events: SessionEvent[] = [];
    for (let at = after; at < to; ) {
      const page: EventPage | null = await this.room.events(at, Math.min(to - at, 50), limits.maxPageBytes);
      if (!page || at >= page.endSeq) return events;
      const texts =
        page.from === 'log'
          ? page.texts
          : (await readSegment(env.ARCHIVE, page.segment.key)).slice(at + 1 - page.segment.from, to + 1 - page.segment.from);
      const found = JSON.parse(`[${texts.join(',')}]`) as SessionEvent[];
      if (found.length === 0) return events;
      events.push(...found);
      at = found.at(-1)?.seq ?? to;
    }
    return events;
  }

  private logRows(): Promise<number> {
    return runInDurableObject(this.room, (_, { storage: { sql } }) => {
      const count = (query: string) => sql.exec<{ count: number }>(query).one().count;
      if (count("SELECT count(*) AS count FROM sqlite_master WHERE name = 'log'") === 0) return 0;
      return count('SELECT count(*) AS count FROM log');
    });
  }

  private alarmAtMs(): Promise<number | null> {
    return runInDurableObject(this.room, (_, { storage }) => storage.getAlarm());
  }

  /** The object's own bindings are swapped for failing ones while `run` lasts; an eviction would bring the real ones back. */
  private async underWeather<T>(run: () => Promise<T>): Promise<T> {
    const { d1, r2 } = this.skies;
    const broken = { DB: brokenD1(env.DB, d1), ARCHIVE: brokenArchive(env.ARCHIVE, r2) };
    const real: Partial<typeof broken> = {};
    await runInDurableObject(this.room, (room) => {
      const bindings = Reflect.get(room, 'env') as typeof broken;
      Object.assign(real, { DB: bindings.DB, ARCHIVE: bindings.ARCHIVE });
      Object.assign(bindings, broken);
    });
    try {
      return await run();
    } finally {
      await runInDurableObject(this.room, (room) => {
        Object.assign(Reflect.get(room, 'env') as object, real);
      });
    }
  }

  private watcher(index: number): SeatedSpectator {
    const found = this.watchers[index % this.watchers.length];
    if (!found) throw new Error('nobody watches');
    return found;
  }
}
