import type { Context } from 'hono';
import type { NativeAgent } from '../../../wire/agent.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { ownerOf } from './owner.ts';

const sessionId = new RegExp(`"session_id"\\s*:\\s*"([^"\\\\]{1,${limits.maxExternalIdLength}})"`);

/**
 * Counts a hook that is too large to be read, on the session that its first bytes name; the agent hears the empty answer, which
 * lets it go on. Agents write their session id first.
 */
export async function countRefused(c: Context<AppEnv>, agent: NativeAgent, head: Uint8Array): Promise<object> {
  const [, externalId] = sessionId.exec(new TextDecoder().decode(head)) ?? [];
  if (externalId === undefined) {
    throw new AppError(
      'too_large',
      `A hook may have ${limits.maxHookBytes} bytes, and this one does not begin with its session id.`,
    );
  }
  const owner = ownerOf(c.var.ingestActor, agent, externalId);
  await calling(
    () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
    (room) => room.refuse({ owner }, 1),
  );
  return {};
}
