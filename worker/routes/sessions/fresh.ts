import type { Page } from '../../../wire/page.ts';
import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { isEnded } from '../../domain/session.ts';
import type { Env } from '../../env.ts';
import { sessionRoom } from '../../rooms/index.ts';

/** D1 lags a busy session by minutes, by design; a session that has been silent for longer is as D1 has it. */
const maxLagMs = 5 * 60_000;
/** Rooms asked for one page: each is an object request, and a person reads the top. */
const maxAsked = 25;

/**
 * A page of D1's index in which live sessions speak for themselves. A session that no longer has a status that was asked for is
 * left out; a room that cannot answer leaves its row as D1 has it.
 */
export async function freshened(
  env: Env,
  organizationId: string,
  page: Page<SessionSummary>,
  statuses: readonly SessionStatus[] | undefined,
  nowMs: number,
): Promise<Page<SessionSummary>> {
  const asked = new Set(page.items.filter((session) => mayLag(session, nowMs)).slice(0, maxAsked));
  const items = await Promise.all(
    page.items.map((session) => (asked.has(session) ? ask(env, organizationId, session) : session)),
  );
  return { ...page, items: items.filter(({ status }) => statuses?.includes(status) ?? true) };
}

const mayLag = ({ status, lastEventAt }: SessionSummary, nowMs: number): boolean =>
  !isEnded(status) && nowMs - Date.parse(lastEventAt) < maxLagMs;

async function ask(env: Env, organizationId: string, known: SessionSummary): Promise<SessionSummary> {
  try {
    return (await sessionRoom(env, organizationId, known.id).summary()) ?? known;
  } catch {
    return known;
  }
}
