import { createHash } from 'node:crypto';
import type { SessionRequest } from '../../../wire/work.ts';
import { sessionIdOf, sessionIdText } from '../../domain/session-id.ts';
import { type RequestIds, type RequestWish, requestOf } from '../../domain/work/request.ts';
import type { Env } from '../../env.ts';
import { calling, workQueue } from '../index.ts';

/** What came of a request; `isNew` is false where the same key asked for it before, whatever became of it since. */
export type Requested =
  | { ok: true; request: SessionRequest; isNew: boolean }
  | { ok: false; code: 'quota_exceeded'; message: string };

/**
 * Asks for a session that a machine is to start (`flightdeck work`), once for each `key` of the organization. The session is there at
 * once, queued. Whoever calls has checked that the project is the organization's.
 */
export async function requestSession(env: Env, wish: RequestWish): Promise<Requested> {
  const request = requestOf(wish, idsOf(wish), Date.now());
  return calling(
    () => workQueue(env, wish.organizationId),
    async (queue): Promise<Requested> => queue.add(request),
  );
}

/** All ids follow from the key, so that no two answers to one wish can differ. */
function idsOf({ organizationId, agent, key }: RequestWish): RequestIds {
  const digest = createHash('sha256')
    .update(JSON.stringify(['session request', organizationId, key]))
    .digest();
  const externalId = uuidOf(digest);
  const session = createHash('sha256')
    .update(sessionIdText(organizationId, agent, externalId))
    .digest();
  return { id: `req_${digest.toString('hex').slice(32, 58)}`, externalId, sessionId: sessionIdOf(session) };
}

/** The first 16 bytes as a UUID of the kind that agents take from outside (`claude --session-id`), RFC 9562 version 4. */
function uuidOf(digest: Buffer): string {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
