import { Hono } from 'hono';
import * as z from 'zod/mini';
import { NativeAgent } from '../../../wire/agent.ts';
import type { ConnectFiles } from '../../../wire/connect.ts';
import { failModeOf, type LimitsAnswer } from '../../../wire/organization-limits.ts';
import { connectFiles } from '../../adapters/connect.ts';
import type { AppEnv } from '../../context.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
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
    // Settings with a guessed fail mode would be wrong for as long as they are used: without the ledger there are none.
    const { limits } = await calling(
      () => budgetLedger(c.env, c.var.actor.organizationId),
      async (ledger): Promise<LimitsAnswer> => ledger.limits(),
    );
    const fail = failModeOf(limits, projectId);
    const today = new Date().toISOString().slice(0, 10);
    const { id, token, statement } = await newIngestToken(c, projectId, `${agent}, ${today}`);
    const { files, notes } = connectFiles(agent, { baseUrl: publicOrigin(c), token, fail });
    return c.json(await created<ConnectFiles>(c, [statement], { tokenId: id, files, notes, fail }), 201);
  },
);
