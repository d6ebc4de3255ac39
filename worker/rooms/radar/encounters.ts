import type { Control } from '../../../wire/event.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { collisionNote, type Encounter, without } from '../../domain/collision.ts';
import type { Known } from '../session/known.ts';
import type { SessionLog } from '../session/session-log.ts';

interface EncounterPorts {
  now(): number;
  /** Stores what the room notes, like every other event. */
  note(control: Control, text: string): void;
  summary(): SessionSummary | null;
  /** As in `CorePorts`. */
  tell(summary: SessionSummary): void;
}

/** What the room hears of other live sessions that touch its files. */
export class Encounters {
  private readonly log: SessionLog;
  private readonly known: Known;
  private readonly ports: EncounterPorts;

  constructor(log: SessionLog, known: Known, ports: EncounterPorts) {
    this.log = log;
    this.known = known;
    this.ports = ports;
  }

  /** Notes that another live session touches a file of this one; null where this one is over. Noted once in a window. */
  collide(other: Encounter): { title: string } | null {
    const { state } = this.known;
    if (!state || state.endedAtMs !== null) return null;
    const note = collisionNote(state, other, this.ports.now());
    if (note) this.ports.note(note.control, note.text);
    return { title: this.known.state?.title ?? state.title };
  }

  /** A session that this one met is over. No event says so: it is saved like what a limit refused. */
  part(otherId: string): void {
    const { saved } = this.known;
    if (!saved) return;
    const { state } = saved;
    const collisions = without(state.collisions, otherId);
    if (collisions === state.collisions) return;
    const parted = { ...saved, state: { ...state, collisions } };
    this.known.saved = parted;
    this.log.save(parted);
    const summary = this.ports.summary();
    if (summary) this.ports.tell(summary);
  }
}
