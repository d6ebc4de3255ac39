import type { SessionState } from '../../domain/session-state.ts';
import type { Checkpoint } from './session-log.ts';

/** What a room knows of its session, which its parts share. A cache: the log tells all of it again. */
export class Known {
  /** Null where there is no session, or where it lies in the trash or was deleted. */
  saved: Checkpoint | null = null;

  get state(): SessionState | null {
    return this.saved?.state ?? null;
  }

  update(change: Partial<Checkpoint>): void {
    if (this.saved) this.saved = { ...this.saved, ...change };
  }
}
