import { Hono } from 'hono';
import * as z from 'zod/mini';
import { NativeAgent } from '../../../wire/agent.ts';
import type { ConnectFiles } from '../../../wire/connect.ts';
import { connectFiles } from '../../adapters/connect.ts';
import type { AppEnv } from '../../context.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { newIngestToken } from './new-ingest-token.ts';

const Target = z.object({ projectId: z.string(), agent: NativeAgent });

/** Mounted beside the projects: a new ingest token inside the complete settings of one agent for this deployment. */
export const connect = new Hono<AppEnv>().post(
  '/:projectId/connect/:agent',
  requireAccess('ingest_token.create'),
  valid('param', Target),
  idempotent(),
  async (c) => {
    const { projectId, agent } = c.req.valid('param');
    const today = new Date().toISOString().slice(0, 10);
    const { id, token, statement } = await newIngestToken(c, projectId, `${agent}, ${today}`);
    const { files, notes } = connectFiles(agent, { baseUrl: publicOrigin(c), token });
    return c.json(await created<ConnectFiles>(c, [statement], { tokenId: id, files, notes }), 201);
  },
);
