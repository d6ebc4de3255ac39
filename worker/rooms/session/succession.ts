import type { ExportedSummary } from '../../../wire/export.ts';
import { exportedSummary } from '../../domain/archive/imported.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { Bin } from '../trash/bin.ts';
import type { Burial } from '../trash/burial.ts';
import type { Adopted, Adoption } from './adoption.ts';
import type { Known } from './known.ts';
import type { EventRun } from './log-rows.ts';
import type { Membership } from './membership.ts';
import type { Checkpoint, SessionLog } from './session-log.ts';
import type { Till } from './till.ts';

interface SuccessionParts {
  log: SessionLog;
  known: Known;
  bin: Bin;
  burial: Burial;
  till: Till;
  membership: Membership;
}

interface SuccessionPorts {
  now(): number;
  /** Another session is here now. */
  began(state: SessionState): void;
  /** What there is to do changed. */
  changed(): void;
}

/** A session that was imported takes its place, or that of the one before. */
export class Succession {
  private readonly parts: SuccessionParts;
  private readonly ports: SuccessionPorts;

  constructor(parts: SuccessionParts, ports: SuccessionPorts) {
    this.parts = parts;
    this.ports = ports;
  }

  /** The summary that the session is exported with; null where there is none. */
  exported(): ExportedSummary | null {
    const { known, till } = this.parts;
    return known.state && exportedSummary(known.state, till.policy);
  }

  /** Whether an imported session could not take the place now: this one runs, lies in the trash, or was deleted a moment ago. */
  isOccupied(): boolean {
    const { known, bin, burial } = this.parts;
    if (known.state) return known.state.endedAtMs === null;
    return bin.content !== undefined || (burial.isDone && !burial.isOver);
  }

  /** As `Staging.keep`; what is left lying is taken away by the alarm. */
  stage(importId: string, part: number, runs: readonly EventRun[]): boolean {
    const isStaged = this.parts.log.staging.keep(importId, part, runs, this.ports.now());
    this.ports.changed();
    return isStaged;
  }

  /**
   * A session that was imported begins here, as one that is over, with the log that was staged: where there is none, or in place of the
   * one whose last event is `replaces`. The ledger never hears of it, and D1 and R2 do as of any other.
   */
  async takeOver({ importId, state, replaces }: Adoption): Promise<Adopted> {
    const { log, known, burial, till, membership } = this.parts;
    // Repeated by the platform's advice.
    if (known.state?.imported?.importId === importId) return { ok: true };
    // What the session before used is told before it is forgotten.
    if (known.saved && till.isRegistered && !this.isOccupied()) await membership.settle();
    if (this.isOccupied() || (known.saved && till.isRegistered)) return { ok: false, code: 'occupied' };
    if ((known.state?.lastSeq ?? null) !== replaces) return { ok: false, code: 'changed' };
    if (log.staging.importId !== importId) return { ok: false, code: 'lost' };
    const stale = [...(known.saved?.stale ?? []), ...(known.saved?.segments ?? []).map(({ key }) => key)];
    const saved: Checkpoint = { state, flushedSeq: 0, flushedRefusedCount: 0, archivedSeq: 0, segments: [], stale };
    log.adopt(saved);
    known.saved = saved;
    burial.lift();
    till.renew();
    this.ports.began(state);
    this.ports.changed();
    return { ok: true };
  }
}
