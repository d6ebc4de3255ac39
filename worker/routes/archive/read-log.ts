import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { Env } from '../../env.ts';
import { notFound } from '../../errors.ts';
import { parseEvents } from '../sessions/read-events.ts';

/** A page is parsed as a whole, and two sessions are read beside each other. */
const pageBytes = 2 * 1024 * 1024;

/** Hands a session's events to `take`, from the first on, a page at a time; ends where a comparison has read its bytes. */
export async function readLog(
  env: Env,
  organizationId: string,
  { id, upTo }: { id: string; upTo: number },
  take: (event: SessionEvent) => void,
): Promise<void> {
  let bytes = 0;
  for (let at = 0; at < upTo && bytes < limits.maxComparedBytes; ) {
    const page = await parseEvents(env, organizationId, id, at, Math.min(limits.maxPageEvents, upTo - at), pageBytes);
    if (!page) throw notFound('session');
    for (const event of page.events) take(event);
    bytes += page.length;
    const last = page.events.at(-1);
    if (!last) return;
    at = last.seq;
  }
}
