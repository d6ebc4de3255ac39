import type { AttemptOutcome } from '../../../wire/delivery.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits between attempts; the last one is repeated until the end. Quick at first, because alerts are read by people who wait. */
const usualWaitsMs: readonly number[] = [
  second,
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
];

/** From a delivery's first attempt on; then it is given up. */
export const giveUpAfterMs = 72 * hour;

/** A receiver that asks for more time than this is asked again all the same. */
const maxRetryAfterMs = 12 * hour;

export interface AttemptResult {
  outcome: AttemptOutcome;
  retryAfterMs?: number | undefined;
  isFinal?: boolean | undefined;
}

/** What becomes of a delivery after its attempt number `n`, whose first was at `firstAtMs`. */
export type NextStep =
  | { over: true; outcome: 'delivered' | 'refused' | 'unknown'; givenUp: boolean }
  | { over: false; atMs: number };

/** Lost answers and failures are tried again until the delivery is three days old; a receiver's own wish counts where it is later. */
export function nextStep(
  result: AttemptResult,
  n: number,
  firstAtMs: number,
  nowMs: number,
  waitsMs: readonly number[] = usualWaitsMs,
): NextStep {
  const { outcome } = result;
  if (outcome === 'delivered' || outcome === 'refused') return { over: true, outcome, givenUp: false };
  if (outcome === 'unknown' && result.isFinal) return { over: true, outcome, givenUp: false };
  const backOff = waitsMs[Math.min(n, waitsMs.length) - 1] ?? 0;
  const atMs = nowMs + Math.max(backOff, Math.min(result.retryAfterMs ?? 0, maxRetryAfterMs));
  if (atMs - firstAtMs <= giveUpAfterMs) return { over: false, atMs };
  return { over: true, outcome: outcome === 'unknown' ? 'unknown' : 'refused', givenUp: true };
}
