import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { Env } from '../../env.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { EventPage } from '../../rooms/session/session-room.ts';
import { readSegment } from '../../store/archive.ts';

export interface Events {
  /** JSON texts of one event, or of several joined by commas. */
  texts: string[];
  /** UTF-16 units of all of them. */
  length: number;
  /** Where the next page goes on; null at the end. */
  nextAfter: number | null;
}

/** A page of a session's events, whether its room still has them or the archive does; null where there is no such session. */
export async function readEvents(
  env: Env,
  organizationId: string,
  id: string,
  after: number,
  limit: number,
  maxBytes: number = limits.maxPageBytes,
): Promise<Events | null> {
  const texts: string[] = [];
  let at = after;
  let left = limit;
  let length = 0;
  let endSeq = after;
  while (left > 0 && length < maxBytes) {
    const page = await calling(
      () => sessionRoom(env, organizationId, id),
      async (room): Promise<EventPage | null> => room.events(at, left, maxBytes - length),
    );
    if (!page) return null;
    endSeq = page.endSeq;
    const run = page.from === 'log' ? page : await archived(env, page.segment, at, left);
    if (run.lastSeq === at) break;
    texts.push(...run.texts);
    length += run.texts.reduce((sum, text) => sum + text.length, 0);
    left -= run.lastSeq - at;
    at = run.lastSeq;
  }
  return { texts, length, nextAfter: at < endSeq ? at : null };
}

/** Such a page for who looks into the events. */
export async function parseEvents(
  ...asked: Parameters<typeof readEvents>
): Promise<{ events: SessionEvent[]; length: number } | null> {
  const page = await readEvents(...asked);
  // The room wrote them.
  return page && { events: JSON.parse(`[${page.texts.join(',')}]`) as SessionEvent[], length: page.length };
}

/** Events are numbered without holes, so a segment's line is found by counting. */
async function archived(env: Env, { key, from, to }: { key: string; from: number; to: number }, after: number, limit: number) {
  const lines = await readSegment(env.ARCHIVE, key);
  const lastSeq = Math.min(to, after + limit);
  return { texts: lines.slice(after + 1 - from, lastSeq + 1 - from), lastSeq };
}
