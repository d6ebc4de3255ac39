import type { BudgetWindow } from '../../../wire/budget.ts';
import type { Tokens } from '../../../wire/event.ts';
import { chargedUsage, reservedOf, type SessionState, spentOf } from '../session-state.ts';
import type { MeterUnit } from './meters.ts';
import { windowKey } from './window.ts';

/** A session's totals when a day or month began. */
export interface WindowStart {
  key: string;
  microUsd: number;
  tokens: number;
  /** Left out by those who counted none; such a window has none from then on. */
  events?: number;
}

export type WindowStarts = Record<'day' | 'month', WindowStart>;

/** The totals at the start of the windows that an event lies in; `before` is the state without it. */
export function startsAfter(before: SessionState, atMs: number): WindowStarts {
  const { day, month } = before.windowStarts;
  return { day: startAfter(day, before, windowKey('day', atMs)), month: startAfter(month, before, windowKey('month', atMs)) };
}

function startAfter(start: WindowStart, before: SessionState, key: string): WindowStart {
  return start.key === key ? start : { key, microUsd: spentOf(before), tokens: tokensOf(before), events: before.eventCount };
}

/** What a session spent in the window that `nowMs` lies in. Better figures may be lower than those they replace, never below nothing. */
export function spentIn(state: SessionState, window: BudgetWindow, unit: MeterUnit, nowMs: number): number {
  const total = totalOf(state, unit);
  if (window === 'lifetime' || window === 'session') return total;
  const start = state.windowStarts[window];
  if (start.key !== windowKey(window, nowMs)) return 0;
  return Math.max(0, total - startOf(start, unit, total));
}

function totalOf(state: SessionState, unit: MeterUnit): number {
  switch (unit) {
    case 'micro_usd':
      return spentOf(state);
    case 'tokens':
      return tokensOf(state);
    case 'events':
      return state.eventCount;
    case 'bytes':
      return state.storedBytes;
    case 'sessions':
      return state.isAdmitted ? 1 : 0;
    default:
      return unit satisfies never;
  }
}

function startOf(start: WindowStart, unit: MeterUnit, total: number): number {
  if (unit === 'events') return start.events ?? total;
  return unit === 'tokens' ? start.tokens : start.microUsd;
}

/** Set aside and not spent yet. */
export function reservedIn(state: SessionState, unit: MeterUnit): number {
  if (unit === 'micro_usd') return reservedOf(state);
  return unit === 'tokens' ? Object.values(state.reservedTokens).reduce((sum, tokens) => sum + tokens, 0) : 0;
}

export const tokensIn = ({ input, output, cacheRead, cacheWrite }: Tokens): number => input + output + cacheRead + cacheWrite;

const tokensOf = (state: SessionState): number => tokensIn(chargedUsage(state).tokens);
