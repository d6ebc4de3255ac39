import * as z from 'zod/mini';
import { limits } from '../../wire/limits.ts';
import { RecentHooks } from '../../wire/session.ts';

const minuteMs = 60_000;

/** What an agent sent lately, with so many more events that were taken or refused; only what is judged is kept. */
export function hooksWith(recent: RecentHooks, atMs: number, taken: number, refused: number): RecentHooks {
  const minute = Math.floor(atMs / minuteMs);
  const kept = recent.filter((each) => each.minute > minute - limits.hooksJudgedMinutes && each.minute < minute);
  // A clock that went back counts what it does in the latest minute there is.
  const latest = recent.findLast((each) => each.minute >= minute) ?? { minute, taken: 0, refused: 0 };
  return [...kept, { minute: latest.minute, taken: latest.taken + taken, refused: latest.refused + refused }];
}

/** How much of what an agent sent in the minutes that are judged was refused, of how much. */
export function hooksAt(recent: RecentHooks, nowMs: number): { sent: number; refused: number } {
  const since = Math.floor(nowMs / minuteMs) - limits.hooksJudgedMinutes;
  const judged = recent.filter(({ minute }) => minute > since);
  const refused = judged.reduce((sum, each) => sum + each.refused, 0);
  return { refused, sent: judged.reduce((sum, { taken }) => sum + taken, refused) };
}

/** As they lie in the index; what cannot be read is nothing. */
export function hooksIn(text: string | null): RecentHooks {
  const read = z.safeParse(RecentHooks, text === null ? [] : JSON.parse(text));
  return read.success ? read.data : [];
}
