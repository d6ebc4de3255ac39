import type { SessionSummary } from '../../../wire/session.ts';
import type { Ingest } from '../../domain/ingest.ts';
import { hooksWith } from '../../domain/recent-hooks.ts';
import { newSession, type SessionState } from '../../domain/session-state.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import type { Known } from './known.ts';
import { Refusals } from './refusals.ts';
import type { SessionLog } from './session-log.ts';

/** What a POST that was refused is known by. */
export type Refused = Pick<Ingest, 'owner' | 'postId'>;

interface TurnedAwayPorts {
  now(): number;
  isGone(): boolean;
  /** Makes the log of a session that has none. */
  begin(state: SessionState): void;
  summary(): SessionSummary | null;
  /** As in `CorePorts`. */
  tell(summary: SessionSummary): void;
  /** What there is to do changed. */
  changed(): void;
}

/** Counts what a limit refused, so that it is seen within seconds. */
export class TurnedAway {
  private readonly log: SessionLog;
  private readonly known: Known;
  private readonly bookkeeper: Bookkeeper;
  private readonly ports: TurnedAwayPorts;
  private readonly refusals = new Refusals();

  constructor(log: SessionLog, known: Known, bookkeeper: Bookkeeper, ports: TurnedAwayPorts) {
    this.log = log;
    this.known = known;
    this.bookkeeper = bookkeeper;
    this.ports = ports;
  }

  /** When the count has to be saved; null where nothing was refused. */
  get dueAtMs(): number | null {
    return this.refusals.dueAtMs;
  }

  /** Counts for a session that is made where there is none. */
  refuse(input: Refused, count: number): void {
    if (this.ports.isGone()) return;
    const nowMs = this.ports.now();
    if (!this.known.saved) this.ports.begin(newSession(input.owner, nowMs));
    this.count(input, count, nowMs);
    if ((this.dueAtMs ?? nowMs) <= nowMs) this.save(nowMs);
    this.ports.changed();
  }

  /** A POST whose answer was lost comes once more, is judged anew, and counts once: it is remembered, and lost, with its count. */
  count({ postId }: Refused, count: number, nowMs: number): void {
    const refusedId = postId && `refused:${postId}`;
    if (this.log.hasPost(refusedId)) return;
    this.log.rememberPost(refusedId);
    this.refusals.add(count, nowMs);
  }

  save(nowMs: number): void {
    const { saved } = this.known;
    if (!saved) return;
    const { state } = saved;
    const refused = this.refusals.take(nowMs);
    const recentHooks = hooksWith(state.recentHooks, nowMs, 0, refused);
    const counted = { ...saved, state: { ...state, refusedCount: state.refusedCount + refused, recentHooks } };
    this.known.saved = counted;
    this.log.save(counted);
    this.bookkeeper.refused(nowMs);
    const summary = this.ports.summary();
    if (summary) this.ports.tell(summary);
  }
}
