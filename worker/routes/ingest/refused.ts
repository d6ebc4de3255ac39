import type { Context } from 'hono';
import type { NativeAgent } from '../../../wire/agent.ts';
import { limits } from '../../../wire/limits.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { AppEnv } from '../../context.ts';
import type { Draft } from '../../domain/draft.ts';
import type { Ingested } from '../../domain/ingest.ts';
import { rateReason } from '../../domain/limits/refusal.ts';
import { isQuestion } from '../../domain/question.ts';
import { AppError } from '../../errors.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { ownerOf } from './owner.ts';

/**
 * The answer to a hook that a limit keeps out; its room has counted it. What asks is refused, because nothing may run past budgets and
 * rules by coming too fast or too often, and what only tells goes on. `answer` says a verdict in the agent's words.
 */
export function refusedHook(
  refusal: Extract<Ingested, { ok: false }>,
  drafts: readonly Draft[],
  answer: (verdict: Verdict) => object,
): object {
  if (refusal.code === 'stream_gap' || !drafts.some(isQuestion)) return {};
  // Too fast is over in a moment; a quota is not.
  if (refusal.code === 'quota_exceeded') return answer({ type: 'stop', reason: refusal.reason });
  return answer({ type: 'deny', reason: rateReason(refusal) });
}

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
    (room) => room.refuse({ owner, tokenId: c.var.ingestActor.tokenId, postId: c.var.requestId }),
  );
  return {};
}
