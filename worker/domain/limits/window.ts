import type { BudgetWindow } from '../../../wire/budget.ts';

/** Names the window that an instant lies in: `2026-11-21`, `2026-11`, `all`; UTC. */
export function windowKey(window: BudgetWindow, nowMs: number): string {
  switch (window) {
    case 'day':
      return new Date(nowMs).toISOString().slice(0, 10);
    case 'month':
      return new Date(nowMs).toISOString().slice(0, 7);
    case 'lifetime':
    case 'session':
      return 'all';
    default:
      return window satisfies never;
  }
}

/** Where a window begins and ends, milliseconds; a lifetime, or a session's, has neither. */
export function windowBounds(window: BudgetWindow, nowMs: number): { startMs: number | null; endMs: number | null } {
  if (window === 'lifetime' || window === 'session') return { startMs: null, endMs: null };
  const date = new Date(nowMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (window === 'day') return { startMs: Date.UTC(year, month, day), endMs: Date.UTC(year, month, day + 1) };
  return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
}

/** How far apart the points of a burn-down picture are: some fifty to a window. */
export function pointMs(window: BudgetWindow): number {
  const hour = 3_600_000;
  if (window === 'day') return hour / 2;
  return window === 'month' ? 12 * hour : 24 * hour;
}
