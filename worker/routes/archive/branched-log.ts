import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { type BranchedLog, outlineOf } from '../../domain/archive/branched-log.ts';
import type { Env } from '../../env.ts';
import { notFound } from '../../errors.ts';
import { parseEvents } from '../sessions/read-events.ts';

const headEvents = 300;
/** The last events come first and in small bites: whatever the caps leave out, it is in the middle. */
const firstBite = 20;
const largestBite = 500;

/** What a summary reads of a session up to `upTo`: its first events, and as many of the last as the caps allow. */
export async function readBranchedLog(
  env: Env,
  organizationId: string,
  session: Pick<SessionSummary, 'id' | 'title' | 'cwd'>,
  upTo: number,
): Promise<BranchedLog> {
  let bytes = 0;
  const read = async (from: number, to: number): Promise<SessionEvent[]> => {
    const events: SessionEvent[] = [];
    let after = from - 1;
    while (after < to && bytes < limits.maxBranchBytes) {
      const page = await parseEvents(env, organizationId, session.id, after, to - after);
      if (!page) throw notFound('session');
      for (const event of page.events) events.push(outlineOf(event, session.cwd));
      bytes += page.length;
      const last = page.events.at(-1)?.seq;
      if (last === undefined) break;
      after = last;
    }
    return events;
  };
  const bites: SessionEvent[][] = [];
  const headTo = Math.min(headEvents, upTo);
  let from = upTo + 1;
  for (let size = firstBite; from > headTo + 1 && upTo - from < limits.maxBranchEvents - headEvents; size = largestBite) {
    if (bytes >= limits.maxBranchBytes) break;
    const start = Math.max(headTo + 1, from - size);
    bites.unshift(await read(start, from - 1));
    from = start;
  }
  const events = [...(await read(1, headTo)), ...bites.flat()];
  return { session, events, skipped: upTo - events.length };
}
