import type { SessionEvent } from '../../wire/event.ts';
import type { Frame } from '../../wire/frame.ts';

/** Somebody who watches: keeps each event by its seq and says at once when one comes twice, too early or out of order. */
export class Spectator {
  readonly events: SessionEvent[] = [];
  isConnected = false;
  /** Sent by the room, not yet received; what is under way when the connection drops is lost. */
  inbox: string[] = [];
  /** Until when it may watch, as its socket's attachment says. */
  untilMs = 0;
  closes = 0;

  get lastSeq(): number {
    return this.events.length;
  }

  /** Takes frames in; `fetchEvents` reads the events that a gap leaves out. */
  async receive(count: number, fetchEvents: (after: number, to: number) => Promise<SessionEvent[]>): Promise<void> {
    for (const text of this.inbox.splice(0, count)) {
      const frame: Frame = JSON.parse(text);
      if (frame.type === 'events') this.add(frame.events);
      if (frame.type !== 'gap') continue;
      if (frame.from !== this.lastSeq + 1) throw new Error(`a gap from ${frame.from} after event ${this.lastSeq}`);
      this.add(await fetchEvents(this.lastSeq, frame.to));
    }
  }

  drop(): void {
    this.isConnected = false;
    this.inbox = [];
  }

  private add(events: SessionEvent[]): void {
    for (const event of events) {
      if (event.seq !== this.lastSeq + 1) throw new Error(`a spectator got event ${event.seq} after event ${this.lastSeq}`);
      this.events.push(event);
    }
  }
}
