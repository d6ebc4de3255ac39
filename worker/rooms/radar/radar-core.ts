import { limits } from '../../../wire/limits.ts';
import type { Encounter, FoundTouch } from '../../domain/collision.ts';
import { backOffMs } from '../../domain/deadlines.ts';
import { pathOf } from '../../domain/touch.ts';
import type { RoomStorage } from '../room-tables.ts';
import type { TouchReport } from './lookout.ts';
import { type Meeting, RadarBook } from './radar-book.ts';

/** What the radar needs from the world. Calls to rooms reject when a room cannot be reached in time. */
export interface RadarPorts {
  storage: RoomStorage;
  now(): number;
  setAlarm(atMs: number): void;
  /** Tells a session whom it met; its title, or null from a room whose session is over. Telling twice is telling once. */
  meet(sessionId: string, other: Encounter): Promise<{ title: string } | null>;
  /** Tells a session that another one is over. */
  part(sessionId: string, otherId: string): Promise<void>;
  /** A live session's title; null where it is over. */
  live(sessionId: string): Promise<{ title: string } | null>;
}

/** Whoever met is told at once. Where the object died over it, its alarm does so after this long. */
const tellAgainMs = 10_000;

/** Sessions known to be over; a hint that saves asking their rooms again. */
const maxGone = 1000;

/** Which live sessions of an organization touch the same files, without its Durable Object. */
export class RadarCore {
  private readonly ports: RadarPorts;
  private readonly book: RadarBook;
  private alarmAtMs: number | null;
  private failures = 0;
  /** Cache. */
  private readonly gone = new Set<string>();

  constructor(ports: RadarPorts, alarmAtMs: number | null) {
    this.ports = ports;
    this.book = new RadarBook(ports.storage);
    this.alarmAtMs = alarmAtMs;
  }

  /** A session's touches are written down, then whoever it met is told, and so is it. */
  touch({ sessionId, title, files }: TouchReport): Promise<void> {
    const atMs = this.ports.now();
    const meetings: Meeting[] = [];
    this.gone.delete(sessionId);
    this.book.transaction(() => {
      for (const file of files) {
        for (const other of this.othersIn(file, sessionId)) meetings.push({ one: sessionId, title, other, file, atMs });
        this.book.touch(file, sessionId, atMs);
      }
      for (const meeting of meetings) this.book.note(meeting);
    });
    this.schedule(atMs + (meetings.length > 0 ? tellAgainMs : limits.collisionWindowMs));
    return this.introduce(meetings);
  }

  /** Other live sessions in these files. A room that does not answer is in none. */
  async others(sessionId: string, files: string[]): Promise<FoundTouch[]> {
    const found = files.flatMap((file) => this.othersIn(file, sessionId).map((other) => ({ file, other })));
    const live = new Map<string, { title: string }>();
    const ask = async (other: string) => {
      const answer = await this.ports.live(other);
      if (answer) live.set(other, answer);
      else this.goes(other);
    };
    await Promise.allSettled([...new Set(found.map(({ other }) => other))].map(ask));
    return found.flatMap(({ file, other }): FoundTouch[] => {
      const there = live.get(other);
      return there ? [{ file, sessionId: other, title: there.title }] : [];
    });
  }

  /** Tells what could not be told, and forgets what is too old. Runs at least once. */
  async alarm(): Promise<void> {
    this.alarmAtMs = null;
    const sinceMs = this.ports.now() - limits.collisionWindowMs;
    this.book.turn(sinceMs);
    if (!this.book.isEmpty) this.schedule(this.ports.now() + limits.collisionWindowMs);
    const meetings = this.book.meetings();
    for (const late of meetings.filter(({ atMs }) => atMs <= sinceMs)) this.book.settle(late);
    await this.introduce(meetings.filter(({ atMs }) => atMs > sinceMs));
  }

  private async introduce(meetings: Meeting[]): Promise<void> {
    const results = await Promise.allSettled(meetings.map((meeting) => this.tell(meeting)));
    if (meetings.length === 0) return;
    this.failures = results.some(({ status }) => status === 'rejected') ? this.failures + 1 : 0;
    if (this.failures > 0) this.schedule(this.ports.now() + backOffMs(this.failures));
  }

  /** The one who was there first is told first: where that session is over, nobody met anybody. */
  private async tell(meeting: Meeting): Promise<void> {
    const { one, other, file, title } = meeting;
    const path = pathOf(file);
    const there = await this.ports.meet(other, { sessionId: one, title, path });
    if (there === null) this.leave(other, file);
    else if ((await this.ports.meet(one, { sessionId: other, title: there.title, path })) === null) {
      this.leave(one, file);
      await this.ports.part(other, one);
    }
    this.book.settle(meeting);
  }

  private leave(sessionId: string, file: string): void {
    this.goes(sessionId);
    this.book.forget(file, sessionId);
  }

  private goes(sessionId: string): void {
    if (this.gone.size >= maxGone) this.gone.clear();
    this.gone.add(sessionId);
  }

  private othersIn(file: string, sessionId: string): string[] {
    return this.book
      .touchedBy(file, this.ports.now() - limits.collisionWindowMs)
      .filter((other) => other !== sessionId && !this.gone.has(other))
      .slice(0, limits.maxOthersPerFile);
  }

  /** A set alarm costs a row, so an earlier one is left alone. */
  private schedule(atMs: number): void {
    if (this.alarmAtMs !== null && this.alarmAtMs <= atMs) return;
    this.alarmAtMs = atMs;
    this.ports.setAlarm(atMs);
  }
}
