import { limits } from '../../../wire/limits.ts';
import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { type Duties, owedSince } from '../../domain/deadlines.ts';
import { type CostLine, costLinesOf } from '../../domain/session-costs.ts';
import type { Segment, SessionState } from '../../domain/session-state.ts';
import type { LogPage } from './log-rows.ts';
import type { Checkpoint, SessionLog } from './session-log.ts';

/** What D1 holds of a session. */
export interface Held {
  seq: number;
  refusedCount: number;
}

export interface BookkeeperPorts {
  now(): number;
  /** What the room knows at this moment; null where there is no session any more. */
  checkpoint(): Checkpoint | null;
  update(change: Partial<Omit<Checkpoint, 'state'>>): void;
  summary(): SessionSummary | null;
  /** D1 is up to date. */
  flushed(): void;
  flush(summary: SessionSummary, fromSeq: number, costs: CostLine[]): Promise<Held>;
  archive(state: SessionState, page: LogPage): Promise<Segment>;
  /** Throws when R2 is down. */
  deleteSegments(keys: string[]): Promise<void>;
  erase(owner: SessionState['owner']): Promise<void>;
}

/**
 * Brings D1's index and R2's archive up to what the room knows, and remembers since when D1 lacks something: a cache, found again after an
 * eviction. Its duties reject when D1 or R2 is down, and may be repeated.
 */
export class Bookkeeper {
  private readonly log: SessionLog;
  private readonly ports: BookkeeperPorts;
  private dirtySinceMs: number | null = null;
  private statusDirtySinceMs: number | null = null;
  private flushedStatus: SessionStatus | null = null;
  private archiving: Promise<void> | null = null;

  constructor(log: SessionLog, alarmAtMs: number | null, ports: BookkeeperPorts) {
    this.log = log;
    this.ports = ports;
    const checkpoint = ports.checkpoint();
    if (!checkpoint) return;
    const { state } = checkpoint;
    if (isAhead(checkpoint)) {
      const lastMs = Math.min(state.lastEventAtMs, ports.now());
      ({ dirtySinceMs: this.dirtySinceMs, statusDirtySinceMs: this.statusDirtySinceMs } = owedSince(lastMs, alarmAtMs));
    }
    this.flushedStatus = this.statusDirtySinceMs === null ? state.status : null;
  }

  /** What D1 lacks, for the deadlines. */
  get owes(): Pick<Duties, 'dirtySinceMs' | 'statusDirtySinceMs'> {
    return { dirtySinceMs: this.dirtySinceMs, statusDirtySinceMs: this.statusDirtySinceMs };
  }

  /** The room knows more. */
  changed({ status }: SessionState, nowMs: number): void {
    this.dirtySinceMs ??= nowMs;
    if (status !== this.flushedStatus) this.statusDirtySinceMs ??= nowMs;
  }

  /** The room counted a refusal, which is no event. */
  refused(nowMs: number): void {
    this.dirtySinceMs ??= nowMs;
  }

  async flush(): Promise<void> {
    const before = this.ports.checkpoint();
    const summary = this.ports.summary();
    if (!before || !summary) return;
    const { state, flushedSeq } = before;
    const { dirtySinceMs, statusDirtySinceMs } = this;
    this.dirtySinceMs = this.statusDirtySinceMs = null;
    try {
      const held = await this.ports.flush(summary, flushedSeq, costLinesOf(state));
      this.ports.update({ flushedSeq: held.seq, flushedRefusedCount: held.refusedCount });
      const after = this.ports.checkpoint();
      // Deleted while D1 was writing: what just arrived there goes, too.
      if (!after) return this.ports.erase(state.owner);
      // Saved with what D1 holds now, so that a room which is evicted next does not flush the same again.
      this.log.save(after);
      this.flushedStatus = held.seq === state.lastSeq ? state.status : null;
      if (isAhead(after)) this.dirtySinceMs ??= this.ports.now();
      if (after.state.status !== this.flushedStatus) this.statusDirtySinceMs ??= this.ports.now();
      this.ports.flushed();
    } catch (error) {
      this.dirtySinceMs = dirtySinceMs;
      this.statusDirtySinceMs = statusDirtySinceMs ?? this.statusDirtySinceMs;
      throw error;
    }
  }

  /** Resolves once no log is on its way to the archive. */
  async settled(): Promise<void> {
    while (this.archiving) await this.archiving.catch(() => {});
  }

  /** Whoever asks while the log moves waits for the same move: two would undo each other's. */
  archive(): Promise<void> {
    this.archiving ??= this.moveLog().finally(() => {
      this.archiving = null;
    });
    return this.archiving;
  }

  private async moveLog(): Promise<void> {
    let checkpoint = this.ports.checkpoint();
    if (!checkpoint || checkpoint.flushedSeq < checkpoint.state.lastSeq)
      throw new Error('D1 does not know all of this session yet');
    const target = checkpoint.state.lastSeq;
    while (checkpoint && checkpoint.archivedSeq < target) {
      const { state, archivedSeq } = checkpoint;
      const page = this.log.read(archivedSeq, target - archivedSeq, limits.maxSegmentBytes);
      if (page.texts.length === 0) throw new Error(`the log has nothing after ${archivedSeq}`);
      const segment = await this.ports.archive(state, page);
      // While that fails the last of it counts as not archived, and the alarm tries again.
      if (segment.to === target) await this.dropStale([...checkpoint.segments, segment]);
      const after = this.ports.checkpoint();
      if (!after) return this.ports.erase(state.owner);
      // What has just been archived is of the session before.
      if (after.archivedSeq !== archivedSeq || after.state.imported?.importId !== state.imported?.importId) {
        this.ports.update({ stale: [...(after.stale ?? []), segment.key] });
        throw new Error('an import took the place of the session while it was archived');
      }
      const isAll = segment.to === target;
      this.ports.update({ archivedSeq: segment.to, segments: [...after.segments, segment], ...(isAll && { stale: undefined }) });
      checkpoint = this.ports.checkpoint();
      if (!checkpoint) return;
      // The log is emptied once: doing so copies what has to stay, which before the last segment would be most of it.
      if (segment.to < target) this.log.save(checkpoint);
      else this.log.drop(checkpoint);
    }
  }

  /** What the session that was replaced has in the archive goes, unless it was overwritten. */
  private async dropStale(segments: Segment[]): Promise<void> {
    const used = new Set(segments.map(({ key }) => key));
    const left = (this.ports.checkpoint()?.stale ?? []).filter((key) => !used.has(key));
    if (left.length > 0) await this.ports.deleteSegments(left);
  }
}

/** Whether the room knows more than D1. */
const isAhead = ({ state, flushedSeq, flushedRefusedCount }: Checkpoint): boolean =>
  flushedSeq < state.lastSeq || flushedRefusedCount < state.refusedCount;
