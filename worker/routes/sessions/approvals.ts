import { type Context, Hono } from 'hono';
import { ApprovalDecision, type ApprovalList, NewMessage } from '../../../wire/approval.ts';
import { listedApprovals } from '../../../wire/listed-approvals.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import type { Env } from '../../env.ts';
import { AppError, notFound } from '../../errors.ts';
import { idempotencyKeyOf } from '../../middleware/idempotency-key.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { Controlled, DecisionAnswer } from '../../rooms/session/orders.ts';
import { openDb } from '../../store/db.ts';
import { listWaitingSessions } from '../../store/sessions/list.ts';
import { valid } from '../../valid.ts';
import { keyHash } from '../ingest/key-hash.ts';
import { personOf } from './person-of.ts';

/** Rooms asked for one page: each is an object request. */
const maxRooms = 25;

/** Every call of the organization that waits for a person. D1 knows in which sessions, their rooms know what. */
export const approvals = new Hono<AppEnv>().get('/', requireAccess('session.read'), valid('query', PageQuery), async (c) => {
  const { organizationId } = c.var.actor;
  const { cursor, limit = maxRooms } = c.req.valid('query');
  const page = await listWaitingSessions(openDb(c.env.DB), organizationId, { cursor, limit: Math.min(limit, maxRooms) });
  const summaries = await Promise.all(page.items.map(({ id }) => summaryOf(c.env, organizationId, id)));
  const items = summaries.flatMap((summary) => (summary ? listedApprovals(summary) : []));
  return c.json({ items, nextCursor: page.nextCursor } satisfies ApprovalList);
});

/** What a person answers to a call that waits, and what they write to its agent. */
export const sessionApprovals = new Hono<AppEnv>()
  .post('/:id/approvals/:approvalId', requireAccess('session.control'), valid('json', ApprovalDecision), async (c) => {
    const { organizationId } = c.var.actor;
    const { id, approvalId } = c.req.param();
    const decided = await calling(
      () => sessionRoom(c.env, organizationId, id),
      async (room): Promise<DecisionAnswer | null> => room.decide(approvalId, c.req.valid('json'), personOf(c)),
    );
    if (!decided) throw notFound('session');
    if (!decided.ok) throw new AppError(decided.code, decided.message);
    return c.json(decided.session);
  })
  .post('/:id/messages', requireAccess('session.control'), valid('json', NewMessage), async (c) => {
    const { organizationId } = c.var.actor;
    const { text } = c.req.valid('json');
    const key = messageKey(c, text);
    const sent = await calling(
      () => sessionRoom(c.env, organizationId, c.req.param('id')),
      async (room): Promise<Controlled | null> => room.write(text, personOf(c), key),
    );
    if (!sent) throw notFound('session');
    if (!sent.ok) throw new AppError(sent.code, sent.message);
    return c.json(sent.session, 201);
  });

/** What the room knows a message by: a repeated call to it, or a repeated request under an Idempotency-Key, is the same message. */
const messageKey = (c: Context<AppEnv>, text: string): string =>
  keyHash(JSON.stringify(['message', c.var.actor.userId, idempotencyKeyOf(c) ?? c.var.requestId, text]));

/** A room that cannot be reached leaves its cards out; the others are shown. */
const summaryOf = (env: Env, organizationId: string, id: string): Promise<SessionSummary | null> =>
  calling(
    () => sessionRoom(env, organizationId, id),
    async (room): Promise<SessionSummary | null> => room.summary(),
  ).catch(() => null);
