import type { BudgetUnit, BudgetWindow } from '../../../wire/budget.ts';
import type { Tokens } from '../../../wire/event.ts';
import { chargedUsage, reservedOf, type SessionState, spentOf } from '../session-state.ts';
import { windowKey } from './window.ts';

/** A session's totals when a day or month began. */
export interface WindowStart {
  key: string;
  microUsd: number;
  tokens: number;
}

export type WindowStarts = Record<'day' | 'month', WindowStart>;

/** The totals at the start of the windows that an event lies in; `before` is the state without it. */
export function startsAfter(before: SessionState, atMs: number): WindowStarts {
  const { day, month } = before.windowStarts;
  return { day: startAfter(day, before, windowKey('day', atMs)), month: startAfter(month, before, windowKey('month', atMs)) };
}

function startAfter(start: WindowStart, before: SessionState, key: string): WindowStart {
  return start.key === key ? start : { key, microUsd: spentOf(before), tokens: tokensOf(before) };
}

/** What a session spent in the window that `nowMs` lies in. Better figures may be lower than those they replace, never below nothing. */
export function spentIn(state: SessionState, window: BudgetWindow, unit: BudgetUnit, nowMs: number): number {
  const total = unit === 'tokens' ? tokensOf(state) : spentOf(state);
  if (window === 'lifetime' || window === 'session') return total;
  const start = state.windowStarts[window];
  if (start.key !== windowKey(window, nowMs)) return 0;
  return Math.max(0, total - (unit === 'tokens' ? start.tokens : start.microUsd));
}

/** Set aside and not spent yet. */
export const reservedIn = (state: SessionState, unit: BudgetUnit): number =>
  unit === 'tokens' ? Object.values(state.reservedTokens).reduce((sum, tokens) => sum + tokens, 0) : reservedOf(state);

export const tokensIn = ({ input, output, cacheRead, cacheWrite }: Tokens): number => input + output + cacheRead + cacheWrite;

const tokensOf = (state: SessionState): number => tokensIn(chargedUsage(state).tokens);
