import { Hono } from 'hono';
import { NativeAgent } from '../../../wire/agent.ts';
import { HookBatch, type HookBatchAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import { dialects } from '../../adapters/index.ts';
import type { AppEnv } from '../../context.ts';
import type { Draft } from '../../domain/draft.ts';
import type { Ingested } from '../../domain/ingest.ts';
import { isPending, unreachedVerdict } from '../../domain/limits/approvals.ts';
import { notFound } from '../../errors.ts';
import { readBody } from '../../read-body.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { batchRefusal, batchTooLarge, invalidBatch, parsedBatch } from './batch.ts';
import { withCarrier } from './carrier.ts';
import { ownerOf } from './owner.ts';
import { prepare } from './prepare.ts';
import { withToldFacts } from './told-facts.ts';

type NumberedHook = HookBatch['events'][number];

/**
 * Hooks that a client kept until it could send them, numbered in a stream of its own, so that sending them again is harmless. The
 * last one is what the client waits for.
 */
export const hookBatch = new Hono<AppEnv>().post('/:agent/batch', async (c) => {
  const agent = NativeAgent.safeParse(c.req.param('agent'));
  if (!agent.success) throw notFound('agent; others post to /hooks/events');
  const dialect = dialects[agent.data];
  const body = await readBody(c.req.raw, limits.maxHookBytes);
  if (!body.ok) throw batchTooLarge(limits.maxHookBytes);
  const { stream, parent, events } = parsedBatch(HookBatch, body.bytes);
  const reads = events.map((event, index) => {
    const read = dialect.read(event.hook);
    if (read.ok) return { ...read, event };
    throw invalidBatch([{ path: ['events', index, 'hook', ...(read.path ? [read.path] : [])], message: read.message }]);
  });
  const [first] = reads;
  const last = reads.at(-1);
  if (!first || !last) throw new TypeError('The schema lets no empty batch through.');
  const stranger = reads.findIndex(({ externalId }) => externalId !== first.externalId);
  if (stranger !== -1)
    throw invalidBatch([{ path: ['events', stranger, 'hook', 'session_id'], message: 'A batch is about one session.' }]);

  const nowMs = Date.now();
  const drafts = withCarrier(
    reads.flatMap(({ event, drafts }) => numbered(drafts, event, stream)).map((draft) => prepare(draft, nowMs)),
    dialect.carries(last.hook),
  );
  const owner = ownerOf(c.var.ingestActor, agent.data, first.externalId, parent);
  const taken = await calling(
    () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
    async (room): Promise<Ingested> =>
      room.ingest({ owner, stream, drafts, asking: last.event.n, tokenId: c.var.ingestActor.tokenId, postId: c.var.requestId }),
  );
  if (!taken.ok) throw batchRefusal(taken, stream);
  const { accepted, duplicates, lastSeq, verdict, messages, fail, snapshots } = taken;
  // The answer's keys are the agent's own; a spread gives its plain object the index that the schema wants.
  const answer = { ...dialect.answer(last.hook, verdict, messages) };
  const pending = isPending(verdict) && {
    approvalId: verdict.approvalId,
    until: verdict.until,
    otherwise: { ...dialect.answer(last.hook, unreachedVerdict(verdict)) },
  };
  const told = {
    accepted,
    duplicates,
    lastSeq,
    answer,
    ...(pending && { pending }),
    ...(fail && { fail }),
    ...(snapshots && { snapshots }),
  };
  return c.json({ sessionId: owner.sessionId, ...told } satisfies HookBatchAnswer);
});

/** A hook's number belongs to its last draft; those before it, which the same row stores, are known by a key made of it. */
function numbered(drafts: Draft[], event: NumberedHook, stream: string): Draft[] {
  const { n, at, late, repository: remote, gitBranch: branch, folder: prefix } = event;
  return drafts.map((draft, index) => {
    const told = withToldFacts({ ...draft, at: draft.at ?? at, late }, { remote, branch, prefix });
    return index === drafts.length - 1 ? { ...told, n } : { ...told, key: `stream:${n}:${index}:${stream}` };
  });
}
