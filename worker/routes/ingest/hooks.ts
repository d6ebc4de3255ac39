import { Hono } from 'hono';
import { NativeAgent } from '../../../wire/agent.ts';
import { type IngestAnswer, IngestBatch } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import { readIngestEvent } from '../../adapters/agents/generic.ts';
import { dialects } from '../../adapters/index.ts';
import type { AppEnv } from '../../context.ts';
import type { Ingested } from '../../domain/ingest.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireIngestToken } from '../../middleware/require-ingest-token.ts';
import { parseJson, readBody } from '../../read-body.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { heldApprovals } from './approvals.ts';
import { batchRefusal, batchTooLarge, parsedBatch } from './batch.ts';
import { withCarrier } from './carrier.ts';
import { held, holdMsOf, settled } from './held.ts';
import { hookBatch } from './hook-batch.ts';
import { ownerOf } from './owner.ts';
import { prepare } from './prepare.ts';
import { countRefused, refusedHook } from './refused.ts';
import { withToldFacts } from './told-facts.ts';

/** Where agents send what they do. No D1, no R2: verify, read, one call to the room, answer. */
export const hooks = new Hono<AppEnv>()
  .use(requireIngestToken())
  .post('/events', async (c) => {
    const body = await readBody(c.req.raw, limits.maxBatchBytes);
    if (!body.ok) throw batchTooLarge(limits.maxBatchBytes);
    const { agent, sessionId, stream, parent, events } = parsedBatch(IngestBatch, body.bytes);
    const nowMs = Date.now();
    const drafts = withCarrier(
      events.map((event) => prepare(readIngestEvent(event, stream), nowMs)),
      true,
    );
    const owner = ownerOf(c.var.ingestActor, agent, sessionId, parent);
    const taken = await calling(
      () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
      async (room): Promise<Ingested> =>
        room.ingest({ owner, stream, drafts, tokenId: c.var.ingestActor.tokenId, postId: c.var.requestId }),
    );
    if (!taken.ok) throw batchRefusal(taken, stream);
    const { accepted, duplicates, lastSeq, verdict, messages } = taken;
    const told = { accepted, duplicates, lastSeq, verdict, ...(messages && { messages }) };
    return c.json({ sessionId: owner.sessionId, ...told } satisfies IngestAnswer);
  })
  .route('/', hookBatch)
  .route('/', heldApprovals)
  .post('/:agent', async (c) => {
    const agent = NativeAgent.safeParse(c.req.param('agent'));
    if (!agent.success) throw notFound('agent; others post to /hooks/events');
    const dialect = dialects[agent.data];
    const body = await readBody(c.req.raw, limits.maxHookBytes);
    // An error status would let the tool run just as well, and hide that the hook was refused.
    if (!body.ok) return c.json(await countRefused(c, agent.data, body.head));
    const read = dialect.read(parseJson(body.bytes));
    if (!read.ok) {
      throw new AppError('invalid', 'A hook needs a session id and an event name.', {
        errors: [{ path: read.path || 'body', message: read.message }],
      });
    }
    const nowMs = Date.now();
    const told = {
      remote: c.req.header('x-flightdeck-repository'),
      branch: c.req.header('x-flightdeck-branch'),
      prefix: c.req.header('x-flightdeck-folder'),
    };
    const drafts = withCarrier(
      read.drafts.map((draft) => prepare(withToldFacts(draft, told), nowMs)),
      dialect.carries(read.hook),
    );
    const holdMs = holdMsOf(c.req.header('x-flightdeck-timeout'));
    const owner = ownerOf(c.var.ingestActor, agent.data, read.externalId, c.req.header('x-flightdeck-parent'));
    const taken = await calling(
      () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
      async (room): Promise<Ingested> =>
        room.ingest({ owner, drafts, holdMs, tokenId: c.var.ingestActor.tokenId, postId: c.var.requestId }),
    );
    if (!taken.ok) return c.json(refusedHook(taken, drafts, (verdict) => dialect.answer(read.hook, verdict)));
    const verdict = settled(taken.verdict, await held(c.env, owner, taken.verdict, nowMs + holdMs));
    return c.json(dialect.answer(read.hook, verdict, taken.messages));
  });
