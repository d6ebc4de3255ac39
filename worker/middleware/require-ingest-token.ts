import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';
import { verifyIngestToken } from '../credentials/ingest-token.ts';
import { isRevoked } from '../credentials/revocations.ts';
import { AppError } from '../errors.ts';
import { bearerToken } from '../request-origin.ts';

/** Lets in a machine by its ingest token; puts `ingestActor` on the context. No I/O while the revocation list is young. */
export function requireIngestToken(): MiddlewareHandler<AppEnv> {
  return async function requireIngestToken(c, next) {
    const nowMs = Date.now();
    const token = bearerToken(c);
    const actor = token && (await verifyIngestToken(c.env.SIGNING_SECRET, token, nowMs));
    if (!actor || (await isRevoked(c.env.DB, actor.organizationId, actor.tokenId, nowMs)))
      throw new AppError('unauthenticated', 'The ingest token is missing, wrong, expired or revoked. Connect the agent again.');
    c.set('ingestActor', actor);
    await next();
  };
}
