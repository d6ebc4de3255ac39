import type { SessionStatus } from '../../wire/session.ts';
import type { BucketRule } from './bucket.ts';
import { isEnded } from './session.ts';
import type { SessionState } from './session-state.ts';
import type { Timeouts } from './timeouts.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A new session is in the list almost at once. */
const firstFlushMs = 500;
/** A change of status reaches D1 this soon; counters may wait longer, since each flush costs rows. */
const statusFlushMs = 5 * second;
const flushMs = 2 * minute;
/** Dashboards and headers are told of new totals one by one at a person's pace, in a flood every four seconds. */
export const tellRule: BucketRule = { capacity: 5, refillMs: 4 * second };
/** What a flood left untold when it ended is told this late; the alarm for it costs as much as six tellings. */
const lastTellMs = minute;
/** Somebody who waits for a person may wait for a day. */
const patienceMs = 24 * hour;
/** Somebody who made a branch may start its agent after the week-end; a request waits as long for a machine. */
export const queuedPatienceMs = 7 * 24 * hour;
const archiveAfterEndMs = hour;
const archiveAfterSilenceMs = 24 * hour;
const maxBackOffMs = 5 * minute;

export type DeadlineName =
  | 'flush'
  | 'tell'
  | 'idle'
  | 'timeout'
  | 'archive'
  | 'spectators'
  | 'ledger'
  | 'decision'
  | 'refusals'
  | 'staging';

export interface Deadline {
  name: DeadlineName;
  atMs: number;
}

/** Everything that the room's next duty follows from. Derived, never stored: an evicted room finds the same answer again. */
export interface Duties {
  state: SessionState;
  flushedSeq: number;
  archivedSeq: number;
  /** Since when D1 lacks events, and since when it has a wrong status. */
  dirtySinceMs: number | null;
  statusDirtySinceMs: number | null;
  /** What watchers were last told, and whether anybody listens. */
  toldSeq: number;
  toldAtMs: number;
  hasAudience: boolean;
  /** When the first spectator's right to watch ends. */
  spectatorUntilMs: number | null;
  timeouts: Timeouts;
  /** Days that a log stays in its room after the session's end. */
  liveDays: number;
  /** When the ledger has to hear of this room. */
  ledgerAtMs: number | null;
  /** When what was refused has to be saved. */
  refusalsAtMs: number | null;
  /** Not before, after a failure. */
  notBefore: Partial<Record<DeadlineName, number>>;
}

/** Everything a room has to do, and when; the alarm is the earliest. */
export function deadlinesOf(duties: Duties): Deadline[] {
  const { state, timeouts } = duties;
  const silent = state.lastEventAtMs;
  const found: Deadline[] = [];
  const add = (name: DeadlineName, atMs: number) => found.push({ name, atMs: Math.max(atMs, duties.notBefore[name] ?? 0) });
  const flushAtMs = duties.dirtySinceMs === null ? null : flushAt(duties, duties.dirtySinceMs);
  if (flushAtMs !== null) add('flush', flushAtMs);
  if (duties.hasAudience && duties.toldSeq < state.lastSeq) add('tell', duties.toldAtMs + lastTellMs);
  if (duties.spectatorUntilMs !== null) add('spectators', duties.spectatorUntilMs);
  if (duties.ledgerAtMs !== null) add('ledger', duties.ledgerAtMs);
  if (duties.refusalsAtMs !== null) add('refusals', duties.refusalsAtMs);
  for (const { until } of state.approvals) add('decision', Date.parse(until));
  if (!isEnded(state.status) && state.endedAtMs === null) add('idle', silent + patienceWith(state.status, timeouts));
  // Who is held or waits does not run.
  if (state.status === 'running' && state.block === null) add('timeout', state.runSinceMs + timeouts.executionTimeoutMs);
  if (duties.archivedSeq < state.lastSeq) {
    const stay = duties.liveDays * day;
    const atEnd =
      state.endedAtMs === null ? Number.POSITIVE_INFINITY : Math.max(state.endedAtMs, silent) + Math.max(stay, archiveAfterEndMs);
    // What comes long after the end, as a correction of its cost does, is told to D1 first.
    add('archive', Math.max(flushAtMs ?? 0, Math.min(atEnd, silent + Math.max(stay, archiveAfterSilenceMs))));
  }
  return found;
}

function patienceWith(status: SessionStatus, { silenceTimeoutMs }: Timeouts): number {
  if (status === 'queued') return queuedPatienceMs;
  return status === 'running' ? silenceTimeoutMs : patienceMs;
}

function flushAt({ flushedSeq, statusDirtySinceMs }: Duties, dirtySinceMs: number): number {
  const regular = dirtySinceMs + (flushedSeq === 0 ? firstFlushMs : flushMs);
  return statusDirtySinceMs === null ? regular : Math.min(regular, statusDirtySinceMs + statusFlushMs);
}

/**
 * Since when an evicted room that is ahead of D1 owes a flush. The alarm that it left standing says when that was due, and whether
 * a status waits; a room without one was woken by it, and what it is woken for is due.
 */
export function owedSince(lastEventAtMs: number, alarmAtMs: number | null): Pick<Duties, 'dirtySinceMs' | 'statusDirtySinceMs'> {
  if (alarmAtMs === null || alarmAtMs <= lastEventAtMs + statusFlushMs)
    return { dirtySinceMs: lastEventAtMs, statusDirtySinceMs: lastEventAtMs };
  return { dirtySinceMs: Math.min(lastEventAtMs, alarmAtMs - flushMs), statusDirtySinceMs: null };
}

export const earliest = (deadlines: Deadline[]): number | null =>
  deadlines.length === 0 ? null : Math.min(...deadlines.map(({ atMs }) => atMs));

/** 2 s, 4 s, 8 s … at most 5 minutes: the platform gives up on an alarm after six throws, we never do. */
export const backOffMs = (failures: number): number => Math.min(maxBackOffMs, second * 2 ** Math.min(failures, 20));
