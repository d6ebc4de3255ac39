import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { Env } from '../../env.ts';
import { parseEvents } from '../sessions/read-events.ts';

/** A page is parsed as a whole; this is small beside a Worker's memory. */
const pageBytes = 2 * 1024 * 1024;

/**
 * A session's events up to `lastSeq`, a page at a time. Throws where the session goes or loses events meanwhile: whoever reads has
 * promised all of them.
 */
export async function* sessionEvents(
  env: Env,
  organizationId: string,
  { id, lastSeq }: { id: string; lastSeq: number },
): AsyncGenerator<SessionEvent[]> {
  for (let at = 0; at < lastSeq; ) {
    const limit = Math.min(limits.maxPageEvents, lastSeq - at);
    const page = await parseEvents(env, organizationId, id, at, limit, pageBytes);
    const last = page?.events.at(-1);
    if (!page || !last) throw new Error(`session ${id} ended at ${at} of ${lastSeq} events`);
    yield page.events;
    at = last.seq;
  }
}
