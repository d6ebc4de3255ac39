import type { QuietHours } from '../../../wire/alert.ts';

/** Whether it is quiet: from `from` on, until just before `to`, by the clock on the wall there. */
export function isQuiet(hours: QuietHours | null, nowMs: number): boolean {
  if (!hours) return false;
  const now = clockIn(hours.timeZone, nowMs);
  const { from, to } = hours;
  return from < to ? from <= now && now < to : from <= now || now < to;
}

/** `HH:MM`, which compare as text. */
const clockIn = (timeZone: string, nowMs: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(nowMs);
