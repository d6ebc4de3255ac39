import { limits } from '../../wire/limits.ts';
import type { Actor } from '../domain/actor.ts';
import { signToken, verifyToken } from './signed-token.ts';

/** Who may go on watching, and until when (Unix milliseconds). */
export interface LivePassHolder {
  userId: string;
  name: string;
  organizationId: string;
  untilMs: number;
}

/** A short right to watch, which a room verifies without I/O: `pass` to send in a `renew` frame, `untilMs` when it ends. */
export async function signLivePass(
  secret: string,
  actor: Pick<Actor, 'userId' | 'userName' | 'organizationId'>,
  nowMs: number,
): Promise<{ pass: string; untilMs: number }> {
  // A JWT counts whole seconds; what we say must be what the room will read.
  const untilMs = Math.floor((nowMs + limits.spectatorPassMs) / 1000) * 1000;
  const claims = { sub: actor.userId, name: actor.userName, org: actor.organizationId };
  return { pass: await signToken(secret, 'live-pass', claims, untilMs), untilMs };
}

/** The holder of a pass that we signed and that has not ended; undefined for anything else. */
export async function verifyLivePass(secret: string, pass: string): Promise<LivePassHolder | undefined> {
  const claims = await verifyToken(secret, 'live-pass', pass);
  if (!claims) return undefined;
  const { sub, name, org, exp } = claims;
  if (!sub || typeof name !== 'string' || typeof org !== 'string' || exp === undefined) return undefined;
  return { userId: sub, name, organizationId: org, untilMs: exp * 1000 };
}
