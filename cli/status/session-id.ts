import type { SessionPage } from '../../wire/session.ts';
import { call, type Login } from '../api.ts';
import { Failure } from '../failure.ts';
import { plain } from '../terminal.ts';

/** A session's id here, from that or from the agent's own; throws a Failure where there is none. */
export async function sessionIdOf(login: Login, wanted: string): Promise<string> {
  if (/^ses_\w+$/.test(wanted)) return wanted;
  const { items } = await call<SessionPage>(login, 'GET', '/api/sessions?limit=100');
  const found = items.find(({ externalId }) => externalId === wanted);
  if (found) return found.id;
  throw new Failure(`There is no session "${plain(wanted)}" among the last 100. See: flightdeck status`);
}
