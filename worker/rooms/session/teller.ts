import type { SessionSummary } from '../../../wire/session.ts';
import { type Bucket, takeToken } from '../../domain/bucket.ts';
import { type Duties, tellRule } from '../../domain/deadlines.ts';

export interface TellerPorts {
  /** Null where there is no session. */
  summary(): SessionSummary | null;
  hasAudience(): boolean;
  tell(summary: SessionSummary): void;
}

/** Tells whoever watches of new totals, at a person's pace. What was told is a cache: who comes back tells once more. */
export class Teller {
  private readonly ports: TellerPorts;
  private toldSeq = 0;
  private toldAtMs = 0;
  private bucket: Bucket | undefined;

  constructor(ports: TellerPorts) {
    this.ports = ports;
  }

  /** What was told, for the deadlines. */
  get told(): Pick<Duties, 'toldSeq' | 'toldAtMs'> {
    return { toldSeq: this.toldSeq, toldAtMs: this.toldAtMs };
  }

  /** In a flood, the last token is kept for what may take long: a call's start is what a dashboard shows until its end. */
  soon(isUrgent: boolean, isLong: boolean, nowMs: number): void {
    if (!isUrgent && !this.ports.hasAudience()) return;
    const { allow, remaining, bucket } = takeToken(this.bucket, tellRule, nowMs);
    if (!isUrgent && !(allow && (remaining > 0 || isLong))) return;
    this.bucket = bucket;
    this.tell(nowMs);
  }

  tell(nowMs: number): void {
    const summary = this.ports.summary();
    if (!summary) return;
    this.toldSeq = summary.lastSeq;
    this.toldAtMs = nowMs;
    this.ports.tell(summary);
  }

  /** What a flood left untold. */
  tellRest(nowMs: number): void {
    if (this.toldSeq < (this.ports.summary()?.lastSeq ?? 0)) this.tell(nowMs);
  }
}
