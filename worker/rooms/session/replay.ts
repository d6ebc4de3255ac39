import { limits } from '../../../wire/limits.ts';
import type { SessionCore } from './session-core.ts';

/**
 * Consecutive events, given as JSON texts joined by commas, in frames that a socket takes: one in the usual case, several where the
 * whole is too large, and a gap in place of an event that is too large by itself.
 */
export function* framesOf(events: string): Generator<string> {
  if (fits(events)) {
    yield eventsFrame(events);
    return;
  }
  let joined = '';
  for (const event of JSON.parse(`[${events}]`) as { seq: number }[]) {
    const text = JSON.stringify(event);
    const longer = joined === '' ? text : `${joined},${text}`;
    if (fits(longer)) {
      joined = longer;
      continue;
    }
    if (joined !== '') yield eventsFrame(joined);
    joined = fits(text) ? text : '';
    if (joined === '') yield gapFrame(event.seq, event.seq);
  }
  if (joined !== '') yield eventsFrame(joined);
}

/** Everything after `after`, so that live frames go on where it ends: at most the last 8 MB as events, what came before as a gap. */
export function* replayFrames(core: SessionCore, after: number, lastSeq: number): Generator<string> {
  if (after >= lastSeq) return;
  const start = Math.max(after, core.archivedSeq);
  const first = Math.max(Math.min(core.tailFrom(start, limits.maxReplayBytes), lastSeq + 1), start + 1);
  if (first > after + 1) yield gapFrame(after + 1, first - 1);
  for (let at = first - 1; at < lastSeq; ) {
    const page = core.read(at, limits.maxPageEvents, pageBytes);
    if (page.lastSeq === at) return;
    yield* framesOf(page.texts.join(','));
    at = page.lastSeq;
  }
}

/** A page ends after the row that reaches this, so the usual one is a single frame. */
const pageBytes = limits.maxFrameBytes / 4;

const eventsFrame = (events: string): string => `{"type":"events","events":[${events}]}`;

const gapFrame = (from: number, to: number): string => JSON.stringify({ type: 'gap', from, to });

/** A UTF-16 unit takes at most three bytes, so only what might be too large is measured. */
function fits(text: string): boolean {
  if (text.length * 3 <= limits.maxFrameBytes) return true;
  return text.length <= limits.maxFrameBytes && new Blob([text]).size <= limits.maxFrameBytes;
}
