import { Hono } from 'hono';
import * as z from 'zod/mini';
import { NativeAgent } from '../../../wire/agent.ts';
import type { ApprovalAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import { dialects } from '../../adapters/index.ts';
import type { AppEnv } from '../../context.ts';
import { isPending } from '../../domain/limits/approvals.ts';
import { AppError, notFound } from '../../errors.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { Polled } from '../../rooms/session/session-room.ts';
import { valid } from '../../valid.ts';
import { crowdedWords, held } from './held.ts';

const Query = z.object({
  /** Seconds to wait for a decision. */
  wait: z.optional(
    z.coerce
      .number()
      .check(z.gte(0), z.lte(limits.maxPollSeconds, `Wait ${limits.maxPollSeconds} seconds at most, and ask again.`)),
  ),
  /** The agent's name of the hook that waits, for the answer in its words. */
  hook: z.optional(z.string().check(z.maxLength(limits.maxNameLength))),
});

/** What a client that waits for a person asks, in slices, until there is an answer; `:agent` is `events` for those without a dialect. */
export const heldApprovals = new Hono<AppEnv>().get(
  '/:agent/approvals/:sessionId/:approvalId',
  valid('query', Query),
  async (c) => {
    const { agent, sessionId, approvalId } = c.req.param();
    const { wait = 0, hook } = c.req.valid('query');
    const where = { organizationId: c.var.ingestActor.organizationId, sessionId };
    const asked = await calling(
      () => sessionRoom(c.env, where.organizationId, sessionId),
      async (room): Promise<Polled | null> => room.poll(approvalId),
    );
    if (!asked) throw notFound('question in this session');
    if (!asked.ok) throw tooManyPolls(asked.retryAfterMs);
    const verdict = await held(c.env, where, asked.verdict, Date.now() + wait * 1000);
    if (verdict.type === 'crowded') throw new AppError('rate_limited', crowdedWords, { retryAfterMs: crowdedRetryMs });
    const native = NativeAgent.safeParse(agent);
    const answer = native.success && hook !== undefined ? { ...dialects[native.data].answer(hook, verdict) } : undefined;
    const pending = isPending(verdict) && { approvalId: verdict.approvalId, until: verdict.until };
    return c.json({ verdict, ...(answer && { answer }), ...(pending && { pending }) } satisfies ApprovalAnswer);
  },
);

/** When somebody of a crowd may have been answered. */
const crowdedRetryMs = 10_000;

function tooManyPolls(retryAfterMs: number): AppError {
  const { approvalPollBurst: burst, approvalPollsPerMinute: perMinute, maxPollSeconds } = limits;
  return new AppError(
    'rate_limited',
    `The questions of one session are polled ${perMinute} times a minute at most; wait for the answer with ?wait=${maxPollSeconds}.`,
    { rate: { policy: 'approvals', burst, perMinute, remaining: 0, retryAfterMs }, retryAfterMs },
  );
}
