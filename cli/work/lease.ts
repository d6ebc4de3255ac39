import type { ReportAnswer, WorkReport } from '../../wire/work.ts';
import { Refused } from '../api.ts';
import { Failure } from '../failure.ts';

export interface LeasePorts {
  send(report: Omit<WorkReport, 'claimId'>): Promise<ReportAnswer>;
  now(): number;
  /** The agent has to end: somebody wants that, or the request may be another machine's by now. */
  stop(why: 'ordered' | 'lost'): void;
}

/** Before another machine is given what this one cannot report on, its agent has to be gone: a report's pause and patience, 45 s, and 20 s to end it. */
const marginMs = 75_000;

/** A machine's right to what it claimed. It ends when we hear so, and when we could hear nothing for too long. */
export class Lease {
  private readonly ports: LeasePorts;
  private readonly leaseMs: number;
  private heardAtMs: number;
  private isLost = false;

  constructor(ports: LeasePorts, leaseMs: number, claimedAtMs: number) {
    this.ports = ports;
    this.leaseMs = leaseMs;
    this.heardAtMs = claimedAtMs;
  }

  get lost(): boolean {
    return this.isLost;
  }

  /** Says how it goes, and renews the lease from the moment at which that was sent; never rejects. False where it did not arrive. */
  async report(report: Omit<WorkReport, 'claimId'>): Promise<boolean> {
    const sentAtMs = this.ports.now();
    try {
      const { order } = await this.ports.send(report);
      this.heardAtMs = Math.max(this.heardAtMs, sentAtMs);
      if (order === 'stop') this.ports.stop('ordered');
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const isRefused = error instanceof Refused && [401, 403, 404, 409].includes(error.status);
      if (isRefused || this.ports.now() - this.heardAtMs >= this.leaseMs - marginMs) this.lose();
      return false;
    }
  }

  private lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.ports.stop('lost');
  }
}
