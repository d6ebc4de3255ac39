import type { SessionEvent } from '../../../wire/event.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { EventLog } from '../session/session-log.ts';
import { appendEvent } from '../session/session-timeline.ts';
import { newTimeline, type Timeline } from '../session/session-timeline-state.ts';
import { clockAfter } from './replay-clock.ts';
import { type Figures, figuresAfter, noFigures } from './replay-figures.ts';

/** A session folded up to some event. It grows in place; only going back begins anew. */
export interface Fold {
  readonly timeline: Timeline;
  figures: Figures;
  clockMs: number;
  /** How many events up to here were not held when it was made. */
  missing: number;
}

export const newFold = (home: string | null, verdicts: ReadonlyMap<number, Verdict>): Fold => ({
  timeline: newTimeline(home, verdicts),
  figures: noFigures,
  clockMs: Number.NEGATIVE_INFINITY,
  missing: 0,
});

/** Adds `most` of the events that are held, up to `seq`; false where there are more. */
export function foldOn(fold: Fold, log: EventLog, seq: number, most = Number.POSITIVE_INFINITY): boolean {
  const { timeline } = fold;
  for (let added = 0; added < most; added += 1) {
    const event = nextHeld(log, timeline.lastSeq);
    if (!event || event.seq > seq) {
      fold.missing = missingUpTo(log, seq);
      return true;
    }
    appendEvent(timeline, event);
    fold.figures = figuresAfter(fold.figures, event);
    fold.clockMs = clockAfter(fold.clockMs, event);
  }
  return false;
}

function nextHeld(log: EventLog, after: number): SessionEvent | undefined {
  const next = log.get(after + 1);
  return next ?? log.segments.find((segment) => segment.from > after)?.events[0];
}

/** How many events up to a seq are not held. */
export const missingUpTo = (log: EventLog, seq: number): number =>
  log.holes().reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, seq) - from + 1), 0);
