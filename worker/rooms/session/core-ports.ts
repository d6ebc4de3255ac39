import type { Frame } from '../../../wire/frame.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { LeaseMessage } from '../../domain/limits/lease.ts';
import type { CostLine } from '../../domain/session-costs.ts';
import type { Segment, SessionState } from '../../domain/session-state.ts';
import type { RadarPort } from '../radar/lookout.ts';
import type { RoomStorage } from '../room-tables.ts';
import type { BinPorts } from '../trash/bin.ts';
import type { Held } from './bookkeeper.ts';
import type { RatePort } from './gate.ts';
import type { LogPage } from './log-rows.ts';
import type { LedgerPort } from './till.ts';

/** What the core needs from the world: a Durable Object gives the platform's, the simulation its own. */
export interface CorePorts {
  storage: RoomStorage;
  now(): number;
  setAlarm(atMs: number): void;
  /** JSON texts of consecutive events, joined by commas, for whoever watches. */
  broadcast(events: string): void;
  /** One frame for whoever watches. */
  send(frame: Frame): void;
  /** Tells watchers and the feed of new totals. */
  tell(summary: SessionSummary): void;
  hasAudience(): boolean;
  /** The approvals that a Worker waits for with an agent's hook in its hand, and the end of its waiting. */
  awaited(): string[];
  answer(approvalId: string, verdict: Verdict): void;
  spectatorUntilMs(): number | null;
  /** Closes the sockets whose right to watch is over. Throws while D1 is down, because nobody could have renewed it. */
  closeExpired(nowMs: number): Promise<void>;
  /** Writes D1's index; answers with what D1 holds afterwards. Throws when D1 is down. */
  flush(summary: SessionSummary, fromSeq: number, costs: CostLine[]): Promise<Held>;
  /** Writes and verifies one archive object. Throws when R2 is down. */
  archive(state: SessionState, page: LogPage): Promise<Segment>;
  /** The events of an archived run, one JSON text each. Throws when R2 is down. */
  readSegment(segment: Segment): Promise<string[]>;
  /** Deletes archived runs by their keys. Throws when R2 is down. */
  deleteSegments(keys: string[]): Promise<void>;
  /** Writes an archived run anew where `change` answers other events; its bytes then, undefined where it is as it was. Throws when R2 is down. */
  rewriteSegment(segment: Segment, change: (events: string) => string | undefined): Promise<number | undefined>;
  /** Into D1's trash, and out of it. */
  hide: BinPorts['hide'];
  show: BinPorts['show'];
  /** Removes what D1 and R2 hold of a deleted session, and tells the ledger its last word. Throws when they are down. */
  erase(owner: SessionState['owner'], farewell?: LeaseMessage): Promise<void>;
  /** The organization's ledger of budgets. */
  ledger: LedgerPort;
  /** The organization's radar of files. */
  radar: RadarPort;
  /** The token buckets that this session shares with others. */
  rates: RatePort;
  /** Keeps the room awake until work that nobody waits for is done. */
  background(work: Promise<void>): void;
}
