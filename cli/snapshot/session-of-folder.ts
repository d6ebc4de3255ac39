import { sep } from 'node:path';
import type { SessionPage, SessionSummary } from '../../wire/session.ts';
import { call, type Login } from '../api.ts';
import { exitCodes, Failure } from '../failure.ts';
import { sessionIdOf } from '../status/session-id.ts';

/** The session that a person means: the one they name, or else the latest that works in this folder, around it or in it. */
export async function sessionOfFolder(login: Login, root: string, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return sessionIdOf(login, wanted);
  const { items } = await call<SessionPage>(login, 'GET', '/api/sessions?limit=100');
  const found = latestIn(root, items);
  if (found) return found.id;
  throw new Failure(
    `None of the last 100 sessions works in ${root}. Say which: --session <id>; flightdeck status lists them.`,
    exitCodes.usage,
  );
}

function latestIn(root: string, sessions: readonly SessionSummary[]): SessionSummary | undefined {
  const newest = sessions.toSorted((a, b) => b.lastEventAt.localeCompare(a.lastEventAt));
  const isBelow = (folder: string, above: string) => folder.startsWith(above.endsWith(sep) ? above : above + sep);
  return (
    newest.find(({ cwd }) => cwd === root) ?? newest.find(({ cwd }) => cwd !== null && (isBelow(root, cwd) || isBelow(cwd, root)))
  );
}
