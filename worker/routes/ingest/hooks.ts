import { Hono } from 'hono';
import { NativeAgent } from '../../../wire/agent.ts';
import { type IngestAnswer, IngestBatch } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import { readIngestEvent } from '../../adapters/agents/generic.ts';
import { dialects } from '../../adapters/index.ts';
import { repositoryOf } from '../../adapters/repository.ts';
import type { AppEnv } from '../../context.ts';
import type { Draft, SessionFacts } from '../../domain/draft.ts';
import type { Ingested } from '../../domain/ingest.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireIngestToken } from '../../middleware/require-ingest-token.ts';
import { type Body, parseJson, readBody } from '../../read-body.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { ownerOf } from './owner.ts';
import { prepare } from './prepare.ts';
import { countRefused } from './refused.ts';

/** Where agents send what they do. No D1, no R2: verify, read, one call to the room, answer. */
export const hooks = new Hono<AppEnv>()
  .use(requireIngestToken())
  .post('/events', async (c) => {
    const batch = parsedBatch(await readBody(c.req.raw, limits.maxBatchBytes));
    const { agent, sessionId, stream, events } = batch;
    const nowMs = Date.now();
    const drafts = events.map((event) => prepare(readIngestEvent(event, stream), nowMs));
    const owner = ownerOf(c.var.ingestActor, agent, sessionId);
    const taken = await calling(
      () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
      async (room): Promise<Ingested> => room.ingest({ owner, stream, drafts, postId: c.var.requestId }),
    );
    if (!taken.ok) {
      const detail = `Events of stream ${stream} run more than ${limits.maxStreamAhead} ahead of number ${taken.mark}; send those in between first.`;
      throw new AppError('stream_gap', detail, { mark: taken.mark });
    }
    const { accepted, duplicates, lastSeq, verdict } = taken;
    return c.json({ sessionId: owner.sessionId, accepted, duplicates, lastSeq, verdict } satisfies IngestAnswer);
  })
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
    const facts = headerFacts((name) => c.req.header(name));
    const drafts = read.drafts.map((draft) => prepare(withFacts(draft, facts), nowMs));
    const owner = ownerOf(c.var.ingestActor, agent.data, read.externalId);
    const taken = await calling(
      () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
      async (room): Promise<Ingested> => room.ingest({ owner, drafts, postId: c.var.requestId }),
    );
    return c.json(dialect.answer(read.hook, taken.ok ? taken.verdict : { type: 'allow' }));
  });

function parsedBatch(body: Body): IngestBatch {
  if (!body.ok) throw new AppError('too_large', `A batch may have ${limits.maxBatchBytes} bytes; send fewer events at a time.`);
  const batch = IngestBatch.safeParse(parseJson(body.bytes));
  if (batch.success) return batch.data;
  const errors = batch.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'body', message }));
  throw new AppError('invalid', 'The batch has fields that are missing or wrong; nothing of it was stored.', { errors });
}

/** What our own command hooks tell beside the agent's JSON: agents themselves name neither repository nor branch. */
function headerFacts(header: (name: string) => string | undefined): SessionFacts | undefined {
  const repository = repositoryOf(header('x-flightdeck-repository') ?? '');
  const gitBranch = header('x-flightdeck-branch') || undefined;
  return repository || gitBranch ? { repository, gitBranch } : undefined;
}

const withFacts = (draft: Draft, facts: SessionFacts | undefined): Draft =>
  facts ? { ...draft, facts: { ...draft.facts, ...facts } } : draft;
