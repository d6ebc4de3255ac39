import { limits } from '../../wire/limits.ts';
import type { SessionCore } from './session-core.ts';

/** An `events` frame of JSON texts joined by commas; undefined where it would be too large for a socket. */
export function eventsFrame(events: string): string | undefined {
  // A UTF-16 unit may take three bytes, so only what might be over is measured.
  const mayFit = events.length <= limits.maxFrameBytes;
  const fits = mayFit && (events.length * 3 <= limits.maxFrameBytes || new Blob([events]).size <= limits.maxFrameBytes);
  return fits ? `{"type":"events","events":[${events}]}` : undefined;
}

export const gapFrame = (from: number, to: number): string => JSON.stringify({ type: 'gap', from, to });

/** Everything after `after`, so that live frames go on where it ends: at most the last 8 MB as events, the rest as gaps. */
export function* replayFrames(core: SessionCore, after: number, lastSeq: number): Generator<string> {
  if (after >= lastSeq) return;
  const start = Math.max(after, core.archivedSeq);
  const from = Math.min(core.tailFrom(start, limits.maxReplayBytes), lastSeq + 1);
  const first = Math.max(from, start + 1);
  if (first > after + 1) yield gapFrame(after + 1, first - 1);
  for (let at = first - 1; at < lastSeq; ) {
    // A third of a frame, because a unit may take three bytes; a larger single row becomes a gap.
    const page = core.read(at, limits.maxPageEvents, limits.maxFrameBytes / 4);
    if (page.lastSeq === at) return;
    yield eventsFrame(page.texts.join(',')) ?? gapFrame(at + 1, page.lastSeq);
    at = page.lastSeq;
  }
}
