import { Hono } from 'hono';
import * as z from 'zod/mini';
import { limits } from '../../../wire/limits.ts';
import { readOtlp } from '../../adapters/otlp/index.ts';
import type { AppEnv } from '../../context.ts';
import type { Ingested } from '../../domain/ingest.ts';
import { AppError } from '../../errors.ts';
import { requireIngestToken } from '../../middleware/require-ingest-token.ts';
import { readBody } from '../../read-body.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';
import { batchRefusal } from './batch.ts';
import { ownerOf } from './owner.ts';
import { prepare } from './prepare.ts';

const Signal = z.object({ signal: z.enum(['logs', 'metrics', 'traces']) });

/**
 * OTLP/HTTP (OpenTelemetry Protocol 1.x): tokens and costs of model calls join the sessions that they name. What carries no usage
 * is accepted and ignored, because the hooks tell it better; an exporter that heard an error would only send it again.
 */
export const otlp = new Hono<AppEnv>().use(requireIngestToken()).post('/v1/:signal', valid('param', Signal), async (c) => {
  const contentType = c.req.header('content-type') ?? '';
  const body = await readBody(c.req.raw, limits.maxOtlpBytes);
  if (!body.ok)
    throw new AppError('too_large', `An export may have ${limits.maxOtlpBytes} bytes; lower the exporter's batch size.`);
  const contentEncoding = c.req.header('content-encoding') ?? '';
  const read = await readOtlp(c.req.valid('param').signal, { contentType, contentEncoding, bytes: body.bytes });
  if (!read.ok) throw new AppError(read.code, read.message);
  const nowMs = Date.now();
  const answers = await Promise.all(
    read.sessions.map(({ agent, externalId, drafts }) => {
      const owner = ownerOf(c.var.ingestActor, agent, externalId);
      const ingest = {
        owner,
        drafts: drafts.map((draft) => prepare(draft, nowMs)),
        tokenId: c.var.ingestActor.tokenId,
        postId: c.var.requestId,
      };
      return calling(
        () => sessionRoom(c.env, owner.organizationId, owner.sessionId),
        async (room): Promise<Ingested> => room.ingest(ingest),
      );
    }),
  );
  // An exporter that tries again sends what was stored once more, and it is known by its keys.
  const refused = answers.find((answer) => !answer.ok);
  if (refused && !refused.ok) throw batchRefusal(refused);
  // The answer speaks the request's encoding; an empty protobuf message is no bytes at all.
  if (contentType.startsWith('application/x-protobuf')) return c.body('', 200, { 'content-type': 'application/x-protobuf' });
  return c.json({});
});
