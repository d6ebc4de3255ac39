import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { Env } from '../../env.ts';
import { readEvents } from '../sessions/read-events.ts';

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
    const page = await readEvents(env, organizationId, id, at, limit, pageBytes);
    // The room wrote them.
    const events = JSON.parse(`[${page?.texts.join(',') ?? ''}]`) as SessionEvent[];
    const last = events.at(-1);
    if (!last) throw new Error(`session ${id} ended at ${at} of ${lastSeq} events`);
    yield events;
    at = last.seq;
  }
}
