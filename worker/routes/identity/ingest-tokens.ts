import { Hono } from 'hono';
import { NewToken } from '../../../wire/identity.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { noteRevocation } from '../../credentials/revocations.ts';
import { allows } from '../../domain/access.ts';
import { notFound } from '../../errors.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { forbidden, requireAccess } from '../../middleware/require-actor.ts';
import { commit, openDb } from '../../store/db.ts';
import { findIngestToken, listIngestTokens, revokeIngestToken } from '../../store/identity/ingest-tokens.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { newIngestToken } from './new-ingest-token.ts';
import { requireProject } from './require-project.ts';

const path = '/:projectId/ingest-tokens';

/** Mounted beside the projects that the tokens belong to. */
export const ingestTokens = new Hono<AppEnv>()
  .get(path, requireAccess('ingest_token.read'), valid('query', PageQuery), async (c) => {
    const { id } = await requireProject(c, c.req.param('projectId'));
    return c.json(await listIngestTokens(openDb(c.env.DB), c.var.actor.organizationId, id, c.req.valid('query')));
  })
  .post(path, requireAccess('ingest_token.create'), valid('json', NewToken), idempotent(), async (c) => {
    const { statement, ...token } = await newIngestToken(c, c.req.param('projectId'), c.req.valid('json').name);
    return c.json(await created(c, [statement], token), 201);
  })
  .delete(`${path}/:tokenId`, requireAccess('ingest_token.revoke'), async (c) => {
    const { organizationId, userId, role } = c.var.actor;
    const db = openDb(c.env.DB);
    const token = await findIngestToken(db, organizationId, c.req.param('projectId'), c.req.param('tokenId'));
    if (!token) throw notFound('ingest token');
    if (token.userId !== userId && !allows(role, 'ingest_token.revoke_any')) throw forbidden('ingest_token.revoke_any');
    await commit(db, [revokeIngestToken(db, organizationId, token.id, Date.now())]);
    noteRevocation(organizationId, token.id);
    return c.body(null, 204);
  });
