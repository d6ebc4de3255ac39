/** What was spent in a window by a certain time. */
export interface Point {
  atMs: number;
  spent: number;
}

export interface Forecast {
  /** Units per hour. */
  perHour: number;
  /** Null where the limit is not reached before the window ends, or not at this rate. */
  crossesAtMs: number | null;
}

const hour = 3_600_000;
/** A rate over less time than this would call one large call a trend. */
const leastSpanMs = hour / 4;

/**
 * Where spending leads if it goes on as lately: the slope over the last quarter of the time that the points cover, because work
 * comes in bursts and a whole window's average would answer too late.
 */
export function forecast(
  points: readonly Point[],
  window: { limit: number; startMs: number; endMs: number | null },
  nowMs: number,
): Forecast {
  const last = points.at(-1);
  if (!last) return { perHour: 0, crossesAtMs: null };
  const sinceMs = nowMs - Math.max(leastSpanMs, (nowMs - window.startMs) / 4);
  const before = points.findLast(({ atMs }) => atMs <= sinceMs) ?? { atMs: window.startMs, spent: 0 };
  const spanMs = Math.max(leastSpanMs, nowMs - before.atMs);
  const perHour = (Math.max(0, last.spent - before.spent) / spanMs) * hour;
  if (last.spent >= window.limit) return { perHour, crossesAtMs: null };
  if (perHour === 0) return { perHour, crossesAtMs: null };
  const crossesAtMs = Math.round(nowMs + ((window.limit - last.spent) / perHour) * hour);
  return { perHour, crossesAtMs: window.endMs !== null && crossesAtMs >= window.endMs ? null : crossesAtMs };
}
