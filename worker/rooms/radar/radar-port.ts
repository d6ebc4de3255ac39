import type { FoundTouch } from '../../domain/collision.ts';
import type { Env } from '../../env.ts';
import { fileRadar, sessionRoom } from '../index.ts';
import { within } from '../within.ts';
import type { RadarPort } from './lookout.ts';

/** An agent waits for the answer, and a collision is worth less than its time. */
const lookMs = 300;
const tellMs = 5000;

/** The organization's radar over RPC; what takes too long counts as unreachable. */
export const radarPort = (env: Env): RadarPort => ({
  touch: ({ organizationId }, report) => within(tellMs, async () => fileRadar(env, organizationId).touch(report)),
  others: ({ organizationId, sessionId }, files) =>
    within(lookMs, async (): Promise<FoundTouch[]> => fileRadar(env, organizationId).others(sessionId, files)),
  part: ({ organizationId, sessionId }, otherId) =>
    within(tellMs, async () => sessionRoom(env, organizationId, otherId).part(sessionId)),
});
