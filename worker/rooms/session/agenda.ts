import { type DeadlineName, type Duties, deadlinesOf, earliest } from '../../domain/deadlines.ts';
import type { Draft } from '../../domain/draft.ts';
import { overtimeDrafts, silenceDrafts } from '../../domain/timeouts.ts';
import type { Bin } from '../trash/bin.ts';
import type { Burial } from '../trash/burial.ts';
import type { Attempts } from './attempts.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import type { CorePorts } from './core-ports.ts';
import type { Known } from './known.ts';
import type { Membership } from './membership.ts';
import type { Orders } from './orders.ts';
import type { SessionLog } from './session-log.ts';
import type { Teller } from './teller.ts';
import type { Till } from './till.ts';
import type { TurnedAway } from './turned-away.ts';

/** Whoever has something to do later. */
interface AgendaParts {
  log: SessionLog;
  known: Known;
  bin: Bin;
  burial: Burial;
  till: Till;
  membership: Membership;
  orders: Orders;
  turnedAway: TurnedAway;
  teller: Teller;
  bookkeeper: Bookkeeper;
  attempts: Attempts;
}

interface AgendaPorts extends Pick<CorePorts, 'now' | 'setAlarm' | 'hasAudience' | 'spectatorUntilMs' | 'closeExpired'> {
  attempt(name: DeadlineName, duty: () => Promise<void>): Promise<void>;
  /** Stores what the room notes, like every other event. */
  append(drafts: Draft[]): void;
}

/** Everything that a room has to do later, on its one alarm. */
export class Agenda {
  private readonly parts: AgendaParts;
  private readonly ports: AgendaPorts;
  private alarmAtMs: number | null;

  constructor(parts: AgendaParts, ports: AgendaPorts, alarmAtMs: number | null) {
    this.parts = parts;
    this.ports = ports;
    this.alarmAtMs = alarmAtMs;
  }

  /** The platform's alarm: runs what is due and sets the next. Runs at least once, so every duty may be repeated; never throws. */
  async alarm(): Promise<void> {
    this.alarmAtMs = null;
    const { log, known, bin, burial, till, membership, orders, turnedAway, teller, bookkeeper } = this.parts;
    const { attempt } = this.ports;
    const nowMs = this.ports.now();
    log.staging.expire(nowMs);
    if (burial.isDone) return burial.erase();
    if (bin.content) return bin.hide();
    const due = this.duties()
      .filter(({ atMs }) => atMs <= nowMs)
      .map(({ name }) => name);
    if (due.includes('decision')) orders.expire();
    if (due.includes('idle')) this.ports.append(known.state ? silenceDrafts(known.state, till.policy.limits) : []);
    else if (due.includes('timeout')) this.ports.append(overtimeDrafts(till.policy.limits));
    if (due.includes('refusals')) turnedAway.save(nowMs);
    if (due.includes('tell')) teller.tell(nowMs);
    if (due.includes('spectators')) await attempt('spectators', () => this.ports.closeExpired(nowMs));
    if (due.includes('ledger')) await membership.settle();
    if (due.includes('flush')) await attempt('flush', () => bookkeeper.flush());
    // The archive's stub must not know more than D1: what is not flushed yet is archived later.
    if (due.includes('archive')) await attempt('archive', () => bookkeeper.archive());
    this.schedule();
  }

  /** Sets the alarm where something is due before it; a set alarm costs a row, so an earlier one is left alone. */
  schedule(): void {
    const atMs = earliest([...this.duties(), ...this.parts.log.staging.duties]);
    if (atMs === null || (this.alarmAtMs !== null && this.alarmAtMs <= atMs)) return;
    this.alarmAtMs = atMs;
    this.ports.setAlarm(atMs);
  }

  /** Somebody else has set the alarm, in a way of their own. */
  forgetAlarm(): void {
    this.alarmAtMs = null;
  }

  private duties() {
    const { known, till, turnedAway, teller, bookkeeper, attempts } = this.parts;
    if (!known.saved) return [];
    const { state, flushedSeq, archivedSeq } = known.saved;
    const duties: Duties = {
      state,
      flushedSeq,
      archivedSeq,
      ...bookkeeper.owes,
      ...teller.told,
      hasAudience: this.ports.hasAudience(),
      spectatorUntilMs: this.ports.spectatorUntilMs(),
      timeouts: till.policy.limits,
      liveDays: till.policy.retention.liveDays,
      ledgerAtMs: till.dueAt(state),
      refusalsAtMs: turnedAway.dueAtMs,
      notBefore: attempts.notBefore,
    };
    return deadlinesOf(duties);
  }
}
