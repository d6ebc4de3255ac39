import type { CostBy, CostReport } from '../../../wire/cost-report.ts';
import { costReport } from '../../../worker/domain/cost-report.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { costLinesOf } from '../../../worker/domain/session-costs.ts';
import { type SessionState, summaryOf } from '../../../worker/domain/session-state.ts';
import type { Db } from '../../../worker/store/db.ts';
import { costFigures } from '../../../worker/store/sessions/costs.ts';
import { flushSession } from '../../../worker/store/sessions/flush.ts';
import { draft, SessionRun, startMs } from '../../domain/session-run.ts';

/** Every day that these tests know. */
export const all = { from: '2026-01-01', to: '2026-12-31' };

export async function reportOf(db: Db, org: string, by: CostBy, range = all): Promise<CostReport> {
  return costReport({ by, ...range }, await costFigures(db, org, range, by), (key) => key);
}

export const called = (model: string, costMicroUsd: number, rest: Partial<Draft> = {}): Draft =>
  draft('usage', {
    usage: { input: 10, output: 1, cacheRead: 2, cacheWrite: 3, model },
    usageSource: 'logs',
    costMicroUsd,
    ...rest,
  });
export const ran = (tool: string, costMicroUsd: number, id: string): Draft =>
  draft('tool.finished', { tool, toolUseId: id, ok: true, costMicroUsd });

let sessions = 0;

/** A session and D1, which may miss flushes and lose answers. */
export class Flushed extends SessionRun {
  readonly id = `ses_c${++sessions}`;
  readonly org: string;
  private readonly db: Db;
  /** What the room believes that D1 holds. */
  seq = 0;
  /** What D1 holds. */
  held: SessionState | undefined;

  constructor(db: Db, org: string) {
    super();
    this.db = db;
    this.org = org;
    this.nowMs = startMs;
  }

  async flush({ answer = true } = {}): Promise<void> {
    const summary = { ...summaryOf(this.state), id: this.id };
    const { seq } = await flushSession(this.db, this.org, summary, this.seq, costLinesOf(this.state));
    if (seq === this.state.lastSeq) this.held = this.state;
    if (answer) this.seq = seq;
  }
}
