import type { SessionEvent } from '../../../wire/event.ts';
import type { EventLog } from '../session/session-log.ts';

/** How many times as fast as it happened. */
export const speeds = [1, 2, 5, 10, 30, 60] as const;
export type Speed = (typeof speeds)[number];

/** A silence longer than this is played as if it were this long. */
export const longestSilenceMs = 5000;

/** When a replay is after an event: it never goes back, and telemetry, which comes late and in batches, does not move it. */
export function clockAfter(clockMs: number, { type, at, receivedAt }: SessionEvent): number {
  if (type === 'usage' || type === 'other') return clockMs;
  const atMs = Date.parse(at);
  const eventMs = Number.isNaN(atMs) ? Date.parse(receivedAt) : atMs;
  return Math.max(clockMs, eventMs);
}

/** How far a replay gets. */
export interface Advance {
  seq: number;
  /** What is left over toward the next event. */
  leftMs: number;
  /** How much longer until the next event is due; null where it is not held, or there is none. */
  nextInMs: number | null;
  /** The silence before the next event, where it is played shorter than it was; in its true length. */
  silenceMs: number | null;
}

/** Plays `creditMs` of the session's own time on from an event, `most` events at most. */
export function advance(log: EventLog, from: { seq: number; clockMs: number }, creditMs: number, most: number): Advance {
  let { seq, clockMs } = from;
  let leftMs = creditMs;
  for (let played = 0; ; played += 1) {
    const next = log.get(seq + 1);
    if (!next) return { seq, leftMs: 0, nextInMs: null, silenceMs: null };
    // Before its first event a session has no clock.
    const nextMs = clockAfter(clockMs, next);
    const gapMs = Number.isFinite(clockMs) ? nextMs - clockMs : 0;
    const dueMs = Math.min(gapMs, longestSilenceMs);
    if (dueMs > leftMs || played === most)
      return { seq, leftMs, nextInMs: Math.max(0, dueMs - leftMs), silenceMs: gapMs > longestSilenceMs ? gapMs : null };
    leftMs -= dueMs;
    seq += 1;
    clockMs = nextMs;
  }
}
