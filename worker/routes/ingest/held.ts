import { limits } from '../../../wire/limits.ts';
import { Verdict } from '../../../wire/verdict.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import { isPending } from '../../domain/limits/approvals.ts';
import type { Env } from '../../env.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { crowdedStatus, waitRequest } from '../../rooms/session/waiters.ts';
import { within } from '../../rooms/within.ts';

type Where = Pick<SessionOwner, 'organizationId' | 'sessionId'>;

/** What is left of the agent's own timeout for the answer to travel. */
const answerMs = 2000;
/** An agent that does not say how long it waits was connected when five seconds were what it was given. */
const unsaidTimeoutMs = 5000;
/** After the time of a question the room's own alarm has answered; this is for one that was late. */
const graceMs = 500;

/** How long a hook may be held: what its settings say (`X-Flightdeck-Timeout`, seconds), less the time that the answer takes. */
export function holdMsOf(timeout: string | undefined): number {
  const seconds = Number(timeout);
  const timeoutMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : unsaidTimeoutMs;
  return Math.max(0, Math.min(timeoutMs, limits.maxHookWaitMs) - answerMs);
}

/**
 * The verdict once a person has decided, or the rule in their place; the pending one where `untilMs` comes first. The Worker waits as a
 * WebSocket client of the room, which hibernates meanwhile. A connection that is lost is made again: the question is found by its id.
 */
export async function held(env: Env, where: Where, asked: Verdict, untilMs: number): Promise<Verdict | Crowded> {
  let verdict = asked;
  for (let tries = 0; isPending(verdict); tries += 1) {
    const { approvalId } = verdict;
    if (tries > 0) await pause(Math.min(retryMs, Math.max(0, untilMs - Date.now())));
    const leftMs = Math.min(untilMs, Date.parse(verdict.until) + graceMs) - Date.now();
    if (leftMs > 0) {
      const told = await toldWithin(leftMs, env, where, approvalId).catch(() => undefined);
      if (told) return told;
    }
    verdict = await verdictOn(env, where, approvalId).then(
      (found) => found ?? gone,
      () => verdict,
    );
    if (Date.now() >= untilMs) return verdict;
  }
  return verdict;
}

/** The room holds as many sockets of waiting hooks as it may. */
export type Crowded = { type: 'crowded' };

const retryMs = 500;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A session that was deleted while its agent waited: nobody can allow anything there any more. */
const gone: Verdict = { type: 'deny', reason: 'This session was deleted in Flightdeck. Stop here.' };

/** The answer to an agent whose time is over while its question is still open, or whose room cannot be reached: nothing runs unasked. */
export function settled(asked: Verdict, waited: Verdict | Crowded): Verdict {
  if (waited.type === 'crowded') return { type: 'deny', reason: `${reasonOf(asked)} ${crowdedWords}` };
  if (!isPending(waited)) return waited;
  return { type: 'deny', reason: `${waited.reason} Nobody could be asked in time; try again in a minute.` };
}

export const crowdedWords = `${limits.maxWaitingHooks} hooks of this session wait for a person already; try again in a minute.`;

const reasonOf = (verdict: Verdict): string => ('reason' in verdict && verdict.reason) || '';

/** What a room says about one of its questions now; null where it knows no such question. */
const verdictOn = (env: Env, { organizationId, sessionId }: Where, approvalId: string): Promise<Verdict | null> =>
  calling(
    () => sessionRoom(env, organizationId, sessionId),
    async (room): Promise<Verdict | null> => room.verdictOn(approvalId),
  );

/** Rejects when nobody said anything in time. The socket is let go in any case: a client that asks in slices would leave one for each. */
async function toldWithin(leftMs: number, env: Env, where: Where, approvalId: string): Promise<Verdict | Crowded> {
  const over = new AbortController();
  try {
    return await within(leftMs, () => toldBy(env, where, approvalId, over.signal));
  } finally {
    over.abort();
  }
}

/** Rejects when the connection is lost before anything was said. */
async function toldBy(
  env: Env,
  { organizationId, sessionId }: Where,
  approvalId: string,
  over: AbortSignal,
): Promise<Verdict | Crowded> {
  const { status, webSocket } = await calling(
    () => sessionRoom(env, organizationId, sessionId),
    (room) => room.fetch(waitRequest(approvalId)),
  );
  if (status === crowdedStatus) return { type: 'crowded' };
  if (!webSocket) throw new Error('this session was deleted');
  webSocket.accept();
  const letGo = () => webSocket.close(1000, 'waits no longer');
  if (over.aborted) letGo();
  return new Promise((resolve, reject) => {
    over.addEventListener('abort', letGo);
    webSocket.addEventListener('message', ({ data }) => resolve(Verdict.parse(JSON.parse(String(data)))));
    webSocket.addEventListener('close', () => reject(new Error('the room let go')));
    webSocket.addEventListener('error', () => reject(new Error('the room cannot be reached')));
  });
}
