import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { ModelPrice } from '../../../wire/price.ts';
import { priceUsage } from '../../adapters/prices.ts';
import { type Recount, recounted } from '../../domain/limits/reprice.ts';
import type { Segment } from '../../domain/session-state.ts';
import type { LogPage } from './log-rows.ts';

/** Where a session's events lie. */
export interface EventSource {
  segmentOf(seq: number): Segment | undefined;
  read(after: number, limit: number, maxBytes: number): LogPage;
}

/** Counts what the archive holds, and says how far that reaches. What the archive takes meanwhile is counted, too. */
export async function recountArchive(
  recount: Recount,
  from: EventSource,
  readSegment: (segment: Segment) => Promise<string[]>,
  prices: readonly ModelPrice[],
): Promise<{ recount: Recount; upTo: number }> {
  let counted = recount;
  let upTo = 0;
  while (true) {
    const segment = from.segmentOf(upTo + 1);
    if (!segment) return { recount: counted, upTo };
    counted = recountTexts(counted, await readSegment(segment), prices);
    upTo = segment.to;
  }
}

/** Counts what the log holds after `upTo`, in one turn. */
export function recountLog(recount: Recount, from: EventSource, upTo: number, prices: readonly ModelPrice[]): Recount {
  let counted = recount;
  for (let at = upTo; ; ) {
    const { texts, lastSeq } = from.read(at, limits.maxPageEvents, limits.maxSegmentBytes);
    if (lastSeq === at) return counted;
    counted = recountTexts(counted, texts, prices);
    at = lastSeq;
  }
}

/** Each text is one event or several, joined by commas; most have no usage, and need not be parsed to know. */
function recountTexts(recount: Recount, texts: readonly string[], prices: readonly ModelPrice[]): Recount {
  const told = texts.filter((text) => text.includes('"usage":{')).join(',');
  const events = JSON.parse(`[${told}]`) as SessionEvent[]; // The room wrote them.
  return events.reduce((counted, event) => recounted(counted, event, prices, priceUsage), recount);
}
