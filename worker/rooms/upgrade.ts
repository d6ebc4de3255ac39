import { limits } from '../../wire/limits.ts';
import type { Actor } from '../domain/actor.ts';
import { AppError } from '../errors.ts';
import type { Attachment } from './spectators.ts';

const header = 'x-flightdeck-spectator';

/**
 * The request that takes an authorised spectator into a room. Built anew from what the Worker knows: a header that the client
 * chose must not reach a room, which believes its caller.
 */
export function upgradeFor(actor: Actor, after: number): Request {
  const spectator: Attachment = {
    userId: actor.userId,
    name: actor.userName,
    organizationId: actor.organizationId,
    untilMs: Date.now() + limits.spectatorPassMs,
  };
  const headers = { upgrade: 'websocket', [header]: encodeURIComponent(JSON.stringify({ after, attachment: spectator })) };
  return new Request('https://room/live', { headers });
}

/** What `upgradeFor` put into a request. */
export function spectatorOf(request: Request): { after: number; attachment: Attachment } {
  return JSON.parse(decodeURIComponent(request.headers.get(header) ?? ''));
}

/** Refuses plain HTTP on a route that only speaks WebSocket (RFC 9110, 15.5.22). */
export function requireUpgrade(upgrade: string | undefined): void {
  if (upgrade?.toLowerCase() !== 'websocket') throw new AppError('upgrade_required', 'This address speaks WebSocket only.');
}
