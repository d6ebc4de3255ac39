import type { OwnLimits } from './family.ts';

/** One budget in one window as a room sees it, all in the budget's unit. */
export interface LeaseLine {
  budgetId: string;
  window: string;
  /** What the room may use up to; only an answer raises it. */
  cap: number;
  /** Spent and set aside. */
  used: number;
  /** Spent for good. */
  spent: number;
}

/** A POST that nothing can be said of before the ledger was asked for this much. */
export interface Short {
  ok: false;
  code: 'short';
  wants: Want[];
}

/** What a room needs its cap to be. */
export interface Want {
  budgetId: string;
  window: string;
  upTo: number;
  /** What all who wait there would need: given as far as there is money. */
  wish?: number;
}

/**
 * What a room tells the ledger. `n` rises with each message and is saved before it is sent, so that whatever arrives late or twice
 * is known; a message states the room's caps, so that a grant whose answer was lost is nobody's.
 */
export interface LeaseMessage {
  roomId: string;
  n: number;
  lines: LeaseLine[];
  wants: Want[];
  /** The session is over: nothing need be pushed to its room. */
  closed?: true;
  /** Where budgets that each session gets for itself held this one. */
  bites?: SessionBite[];
  /** What a person lets it spend, from a session that has children. */
  own?: OwnLimits;
  /** The session was deleted. */
  gone?: true;
}

/** A budget for each session held one; `spent` and `limit` in its unit. */
export interface SessionBite {
  budgetId: string;
  atMs: number;
  spent: number;
  limit: number;
}

export interface Grant {
  budgetId: string;
  window: string;
  cap: number;
}

/** A budget that cannot give what was wanted. */
export interface Denial {
  budgetId: string;
  window: string;
  /** The most that the room's cap could be. */
  most: number;
  /** What all rooms have spent. */
  spent: number;
}

export type LeaseAnswer =
  | { type: 'granted'; grants: Grant[] }
  | { type: 'denied'; denials: Denial[] }
  /** A later message of the room came first. */
  | { type: 'stale' };

/** What the ledger last answered a room that it asks for the rest: that answer may be still on its way. */
export interface Recall {
  n: number;
  answer: LeaseAnswer;
}

/** A room's answer to a recall, with its caps lowered to what it uses. */
export interface LeaseReport {
  n: number;
  lines: LeaseLine[];
  /** The message `n` is on its way to the ledger: this comes before it. */
  before: boolean;
}

/** A room's part of a budget in the ledger's books. */
export interface LeaseAccount {
  /** Granted, or used where that is more: a model call's cost is known only after it ended. */
  held: number;
  spent: number;
}

export const noAccount: LeaseAccount = { held: 0, spent: 0 };

/** The books after a room's statement: it never holds more than it says, nor less than it uses. */
export const stated = ({ held }: LeaseAccount, { cap, used, spent }: LeaseLine): LeaseAccount => ({
  held: Math.max(used, Math.min(held, cap)),
  spent,
});

/** A want beside what the ledger knows of its budget. */
export interface Position {
  budgetId: string;
  window: string;
  limit: number;
  /** Held by all rooms, and of it by the one that asks. */
  total: number;
  held: number;
  upTo: number;
  wish?: number | undefined;
  /** Nobody needs more than what is wanted. */
  isExact?: boolean;
}

/** Beyond what is wanted a room gets this share of what is left, so that it seldom has to ask. */
const share = 0.05;

/** Caps for every want, or the wants that there is no money for: all or nothing, so that nobody holds one budget while waiting for another. */
export function grant(positions: readonly Position[]): { ok: true; grants: Grant[] } | { ok: false; short: Position[] } {
  const short = positions.filter(({ upTo, held, total, limit }) => upTo > held && upTo - held > limit - total);
  if (short.length > 0) return { ok: false, short };
  const grants = positions.map(({ budgetId, window, upTo, wish = upTo, held, total, limit, isExact }) => {
    if (upTo <= held) return { budgetId, window, cap: held };
    if (isExact) return { budgetId, window, cap: upTo };
    const left = limit - total - (upTo - held);
    return { budgetId, window, cap: upTo + Math.max(Math.floor(left * share), Math.min(left, wish - upTo)) };
  });
  return { ok: true, grants };
}

/** The most that a room's cap could be; less than it holds where the limit is overdrawn. */
export const mostOf = ({ held, limit, total }: Position): number => held + limit - total;
