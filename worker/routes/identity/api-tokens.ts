import { Hono } from 'hono';
import { NewToken } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { apiTokenPrefix, hashSecret, randomSecret } from '../../credentials/random-secret.ts';
import { AppError, notFound } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { requireLogin } from '../../middleware/require-person.ts';
import { commit, openDb } from '../../store/db.ts';
import { countApiTokens, insertApiToken, listApiTokens, revokeApiToken } from '../../store/identity/api-tokens.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';

/** The actor's own; each is bound to them and to the organization it was made in. */
export const apiTokens = new Hono<AppEnv>()
  .get('/', requireAccess('api_token.own'), valid('query', PageQuery), async (c) => {
    const { organizationId, userId } = c.var.actor;
    return c.json(await listApiTokens(openDb(c.env.DB), organizationId, userId, c.req.valid('query')));
  })
  .post('/', requireAccess('api_token.own'), requireLogin(), valid('json', NewToken), idempotent(), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const db = openDb(c.env.DB);
    if ((await countApiTokens(db, organizationId, userId)) >= limits.maxApiTokensPerUser)
      throw new AppError('quota_exceeded', `A person has at most ${limits.maxApiTokensPerUser} API tokens; revoke some.`);
    const nowMs = Date.now();
    const id = newId('apt', nowMs);
    const token = randomSecret(apiTokenPrefix);
    const row = { id, userId, name: c.req.valid('json').name, secretHash: await hashSecret(token) };
    return c.json(await created(c, [insertApiToken(db, organizationId, row, nowMs)], { id, token }), 201);
  })
  .delete('/:tokenId', requireAccess('api_token.own'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const db = openDb(c.env.DB);
    const revoke = revokeApiToken(db, organizationId, userId, c.req.param('tokenId'), Date.now());
    const [revoked] = await commit(db, [revoke]);
    if (!revoked) throw notFound('API token');
    return c.body(null, 204);
  });
