const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `$12.40`; four decimals below ten cents, where cents would say nothing: `$0.0379`. Takes integer micro-dollars. */
export function money(microUsd: number): string {
  if (microUsd < 0) return `−${money(-microUsd)}`;
  const dollars = microUsd / 1_000_000;
  if (microUsd === 0) return '$0.00';
  if (dollars < 0.0001) return '<$0.0001';
  if (dollars < 0.1) return `$${dollars.toFixed(4)}`;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `$4.50`, `$0.175`: a price as it is set, with no more digits than it takes beyond cents. */
export const unitPrice = (microUsd: number): string => `$${(microUsd / 1_000_000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, '$1')}`;

/** All six decimals, for a title on hover. */
export const moneyExact = (microUsd: number): string => `$${(microUsd / 1_000_000).toFixed(6)}`;

/** `812`, `15.2k`, `152k`, `1.24M`. */
export function count(value: number): string {
  if (value < 1000) return String(value);
  if (value < 99_950) return `${(value / 1000).toFixed(1)}k`;
  if (value < 999_500) return `${Math.round(value / 1000)}k`;
  if (value < 99_950_000) return `${(value / 1_000_000).toFixed(2)}M`;
  return `${Math.round(value / 1_000_000)}M`;
}

const byteUnits = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `812 bytes`, `15.2 KB`, `1.5 GB`; in powers of ten. */
export function bytes(value: number): string {
  const power = Math.min(byteUnits.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${Number((value / 1000 ** power).toFixed(1))} ${byteUnits[power]}`;
}

/** `210 ms`, `4.2s`, `42s`, `4m 12s`, `1h 04m`, `2d 3h`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  return elapsed(ms);
}

/** A duration in whole seconds, for a clock that ticks: `0s`, `42s`, `4m 12s`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** `now`, `12s ago`, `4m ago`, `2h ago`, then by the calendar: `yesterday`, `3d ago`, the date. */
export function relative(atMs: number, nowMs: number): string {
  const ago = nowMs - atMs;
  if (ago < 5 * SECOND) return 'now';
  if (ago < MINUTE) return `${Math.floor(ago / SECOND)}s ago`;
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)}m ago`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)}h ago`;
  const days = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY);
  if (days === 1) return 'yesterday';
  if (days < 7) return `${days}d ago`;
  return shortDate(atMs, nowMs);
}

/** `Nov 3`, with the year when it is another one. */
export function shortDate(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const sameYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return at.toLocaleDateString('en-US', { month: 'short', day: 'numeric', ...(!sameYear && { year: 'numeric' }) });
}

/** `Today`, `Yesterday`, `Thursday`, then `Nov 3`: the heading of a day, in the reader's time zone. */
export function dayHeading(atMs: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return new Date(atMs).toLocaleDateString('en-US', { weekday: 'long' });
  return shortDate(atMs, nowMs);
}

/** `14:02:11`, in the reader's time zone. */
export const clockTime = (atMs: number): string => clock.format(atMs);

// Making a formatter costs a hundred times what using one does, and a timeline shows dozens of times a frame.
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** `Fri, Nov 21, 2026, 14:02:11 GMT+1`, for a title on hover. */
export const absolute = (atMs: number): string => whole.format(atMs);

const whole = new Intl.DateTimeFormat('en-US', {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
  timeZoneName: 'short',
});

/** `12,345`. */
export const number = (value: number): string => value.toLocaleString('en-US');

/** `1 session`, `3 sessions`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

export function startOfDay(atMs: number): number {
  const day = new Date(atMs);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

const pad = (n: number) => String(n).padStart(2, '0');
