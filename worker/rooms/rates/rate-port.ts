import type { Env } from '../../env.ts';
import { rateLimiter } from '../index.ts';
import type { RatePort } from '../session/gate.ts';
import { within } from '../within.ts';

/** An agent waits for the answer, and a bucket out of reach lets pass. */
const leaseMs = 300;

/** The buckets of tokens, people and organizations over RPC. */
export const ratePort =
  (env: Env): RatePort =>
  (owner, id, request) =>
    within(leaseMs, async () => rateLimiter(env, `${owner}:${id}`).lease(request));
