import type { Env } from '../env.ts';

/** The only place that makes stubs. A room's name holds its organization, so a foreign id addresses an empty room. */
export const sessionRoom = (env: Env, organizationId: string, sessionId: string) =>
  env.SESSION_ROOM.getByName(`${organizationId}/${sessionId}`);

/** One feed an organization. */
export const organizationFeed = (env: Env, organizationId: string) => env.ORGANIZATION_FEED.getByName(organizationId);

/** One token bucket a key, e.g. `login:someone@example.com`. */
export const rateLimiter = (env: Env, key: string) => env.RATE_LIMITER.getByName(key);
