import type { SessionControl } from '../../../wire/session.ts';
import type { SessionRequest } from '../../../wire/work.ts';
import type { Env } from '../../env.ts';
import { calling, sessionRoom, workQueue } from '../index.ts';
import type { Controlled, Person } from './orders.ts';

/** Pauses, resumes or stops a session, wherever that was asked for; null where there is none. May be repeated. */
export async function controlSession(
  env: Env,
  organizationId: string,
  sessionId: string,
  control: SessionControl,
  by: Person,
): Promise<Controlled | null> {
  const controlled = await calling(
    () => sessionRoom(env, organizationId, sessionId),
    async (room): Promise<Controlled | null> => room.control(control, by),
  );
  const request = controlled?.ok ? controlled.session.request : undefined;
  // The machine that has it, or would take it, hears of that by its queue.
  if (request && control.action === 'stop')
    await calling(
      () => workQueue(env, organizationId),
      async (queue): Promise<SessionRequest | null> => queue.cancel(request.id, by),
    );
  return controlled;
}
