import { type ExportedSummary, inExportOrder, type NewExport } from '../../../wire/export.ts';
import { limits } from '../../../wire/limits.ts';
import type { Env } from '../../env.ts';
import { AppError, notFound } from '../../errors.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { Exported } from '../../rooms/session/adoption.ts';
import { openDb } from '../../store/db.ts';
import { everyItem } from '../../store/page.ts';
import { listSessions } from '../../store/sessions/list.ts';

/** What a session is exported with, and whether its place is taken. */
export const exported = (env: Env, organizationId: string, id: string): Promise<Exported> =>
  calling(
    () => sessionRoom(env, organizationId, id),
    async (room): Promise<Exported> => room.exported(),
  );

/** The sessions that an export is asked for, in an order that does not hang on the ids which an organization gives. */
export async function chosenSessions(env: Env, organizationId: string, chosen: NewExport): Promise<ExportedSummary[]> {
  const ids = new Set(chosen.sessionIds ?? (await allIds(env, organizationId, chosen.project)));
  const sessions: ExportedSummary[] = [];
  for (const id of ids) {
    const { session } = await exported(env, organizationId, id);
    if (session) sessions.push(session);
    // The index may name what was deleted a moment ago.
    else if (chosen.sessionIds && !chosen.ifThere) throw notFound(`session as ${id}`);
  }
  return sessions.sort(inExportOrder);
}

async function allIds(env: Env, organizationId: string, projectId: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of everyItem((page) => listSessions(openDb(env.DB), organizationId, { projectId, ...page }))) {
    ids.push(id);
    if (ids.length > limits.maxTransferSessions) throw tooMany();
  }
  return ids;
}

const tooMany = () =>
  new AppError(
    'invalid',
    `There are more than ${limits.maxTransferSessions} sessions. “flightdeck export --all” takes them all; else export by project, or some at a time.`,
    {
      errors: [{ path: 'all', message: `There are more than ${limits.maxTransferSessions} sessions.` }],
    },
  );
