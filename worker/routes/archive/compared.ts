import type { Context } from 'hono';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { type Compared, lastSeqOf } from '../../domain/archive/compared-side.ts';
import { FileHistory } from '../../domain/archive/file-history.ts';
import { LogOutline } from '../../domain/archive/log-outline.ts';
import { latestSnapshot } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { requireSession } from '../sessions/require-session.ts';
import { readLog } from './read-log.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** What an id of the actor's organization names: a snapshot with its session, or a session with its latest snapshot. */
export async function requireCompared(c: Context<AppEnv>, id: string): Promise<Compared> {
  if (id.startsWith('snp_')) {
    const snapshot = await requireSnapshot(c, id);
    return { session: await requireSession(c, snapshot.sessionId), snapshot, isSnapshot: true };
  }
  const session = await requireSession(c, id);
  const snapshot = await latestSnapshot(openDb(c.env.DB), c.var.actor.organizationId, id, session.lastSeq);
  return { session, snapshot: snapshot ?? null, isSnapshot: false };
}

/** The tool calls and edits of a side, as far as the caps allow. */
export async function outlineOf(c: Context<AppEnv>, compared: Compared): Promise<LogOutline> {
  const outline = new LogOutline(compared.session.cwd);
  await readLog(c.env, c.var.actor.organizationId, span(compared), (event) => outline.read(event));
  return outline;
}

/** The same of one file. */
export async function historyOf(c: Context<AppEnv>, compared: Compared, path: string): Promise<FileHistory> {
  const history = new FileHistory(path, compared.session.cwd);
  await readLog(c.env, c.var.actor.organizationId, span(compared), (event) => history.read(event));
  return history;
}

function span(compared: Compared): { id: string; upTo: number } {
  return { id: compared.session.id, upTo: Math.min(lastSeqOf(compared), limits.maxComparedEvents) };
}
