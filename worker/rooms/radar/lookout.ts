import { limits } from '../../../wire/limits.ts';
import type { FoundTouch } from '../../domain/collision.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { newTouches } from '../../domain/touch.ts';

/** Files that a session touched. */
export interface TouchReport {
  sessionId: string;
  title: string;
  files: string[];
}

/** The organization's radar, and the rooms that met this one in a file. A call that fails or takes too long rejects. */
export interface RadarPort {
  touch(owner: SessionOwner, report: TouchReport): Promise<void>;
  others(owner: SessionOwner, files: string[]): Promise<FoundTouch[]>;
  /** Tells another room that this session is over. */
  part(owner: SessionOwner, otherId: string): Promise<void>;
}

export interface LookoutPorts {
  radar: RadarPort;
  background(work: Promise<void>): void;
}

/** What a room tells the radar, and asks it. No hook waits for it but one that a rule on collisions may hold. */
export class Lookout {
  private readonly ports: LookoutPorts;
  /** Cache: what the radar could not be told; it goes with the next report. */
  private readonly unsaid = new Set<string>();

  constructor(ports: LookoutPorts) {
    this.ports = ports;
  }

  /** Tells what an event changed: new files, or that the session is over for whom it met. */
  report(before: SessionState, after: SessionState): void {
    if (after.endedAtMs !== null) this.leave(before);
    const fresh = newTouches(before, after);
    if (fresh.length === 0) return;
    const files = [...new Set([...fresh, ...this.unsaid])];
    this.unsaid.clear();
    const { owner, title } = after;
    const told = this.ports.radar.touch(owner, { sessionId: owner.sessionId, title, files });
    this.ports.background(
      told.catch(() => {
        for (const file of files.slice(0, limits.maxTouchesRemembered - this.unsaid.size)) this.unsaid.add(file);
      }),
    );
  }

  /** Tells whom the session met that it is over; who cannot be reached finds out by the window's end. */
  leave({ owner, collisions }: SessionState): void {
    this.unsaid.clear();
    for (const otherId of new Set(collisions.map(({ sessionId }) => sessionId)))
      this.ports.background(this.ports.radar.part(owner, otherId).catch(() => {}));
  }

  /** Other live sessions in these files; none where the radar does not say so in time. */
  look(owner: SessionOwner, files: string[]): Promise<FoundTouch[]> {
    return this.ports.radar.others(owner, files).catch(() => []);
  }
}
