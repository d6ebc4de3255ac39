import type { IngestActor } from '../domain/actor.ts';
import { Lru } from '../lru.ts';
import { signToken, verifyToken } from './signed-token.ts';

const ingestTokenPrefix = 'fdi_';

/** A machine's token: verified with no I/O, in force until revoked (or until `expiresAtMs`, where given). */
export async function signIngestToken(secret: string, actor: IngestActor, expiresAtMs?: number): Promise<string> {
  const claims = { jti: actor.tokenId, org: actor.organizationId, prj: actor.projectId, sub: actor.userId };
  return ingestTokenPrefix + (await signToken(secret, 'ingest', claims, expiresAtMs));
}

interface Verified {
  actor: IngestActor;
  expiresAtMs: number;
}

/** Cache, per isolate: an agent sends the same token thousands of times, and each check would cost a signature. */
const verified = new Lru<string, Verified>(4096);

/** Whom the token speaks for; undefined when we did not sign it or it has expired. Revocation is the caller's to check. */
export async function verifyIngestToken(secret: string, token: string, nowMs: number): Promise<IngestActor | undefined> {
  const known = verified.get(token);
  if (known) return known.expiresAtMs > nowMs ? known.actor : undefined;
  if (!token.startsWith(ingestTokenPrefix)) return undefined;
  const claims = await verifyToken(secret, 'ingest', token.slice(ingestTokenPrefix.length));
  if (!claims) return undefined;
  const { jti, org, prj, sub, exp } = claims;
  if (!jti || !sub || typeof org !== 'string' || typeof prj !== 'string') return undefined;
  const actor: IngestActor = { tokenId: jti, organizationId: org, projectId: prj, userId: sub };
  verified.set(token, { actor, expiresAtMs: exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000 });
  return actor;
}
