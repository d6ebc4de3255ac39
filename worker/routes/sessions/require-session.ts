import type { Context } from 'hono';
import type { SessionSummary } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';

/** A session of the actor's organization, as its room has it. */
export async function requireSession(c: Context<AppEnv>, id: string): Promise<SessionSummary> {
  const summary = await calling(
    () => sessionRoom(c.env, c.var.actor.organizationId, id),
    async (room): Promise<SessionSummary | null> => room.summary(),
  );
  if (!summary) throw notFound('session');
  return summary;
}
