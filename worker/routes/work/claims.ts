import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { type ClaimAnswer, NewClaim, type ReportAnswer, type SessionRequest, WorkReport } from '../../../wire/work.ts';
import type { AppEnv } from '../../context.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, workQueue } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';
import { personOf } from '../sessions/person-of.ts';
import { repositoryIn } from './repository-in.ts';

/** How a machine takes what waits, and says what becomes of it. */
export const claims = new Hono<AppEnv>()
  .post('/claim', requireAccess('session.work'), valid('json', NewClaim), async (c) => {
    const { repositories, ...claim } = c.req.valid('json');
    const mine = repositories.map((repository, index) => repositoryIn(repository, `repositories.${index}`));
    const request = await calling(
      () => workQueue(c.env, c.var.actor.organizationId),
      async (queue): Promise<SessionRequest | null> => queue.claim({ ...claim, repositories: mine, by: personOf(c) }),
    );
    const lease = { leaseMs: limits.workLeaseMs, reportEveryMs: limits.workReportEveryMs };
    if (request) return c.json({ request, ...lease } satisfies ClaimAnswer);
    const retryAfterMs = limits.claimAgainMs;
    return c.json({ request: null, retryAfterMs, ...lease } satisfies ClaimAnswer, 200, {
      'retry-after': String(retryAfterMs / 1000),
    });
  })
  .post('/:id/report', requireAccess('session.work'), valid('json', WorkReport), async (c) => {
    const { organizationId } = c.var.actor;
    const id = c.req.param('id');
    const queue = () => workQueue(c.env, organizationId);
    const answer = await calling(
      queue,
      async (found): Promise<ReportAnswer | null> => found.report(id, c.req.valid('json'), personOf(c)),
    );
    if (answer) return c.json(answer);
    const known = await calling(queue, async (found): Promise<SessionRequest | null> => found.find(id));
    if (!known) throw notFound('session request');
    throw new AppError('conflict', 'This machine does not have the request any more: stop its agent, and claim another.');
  });
