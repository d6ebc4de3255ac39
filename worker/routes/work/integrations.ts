import { Hono } from 'hono';
import {
  type CreatedIntegration,
  type Integration,
  IntegrationPatch,
  NewIntegration,
  type ReceivedEvent,
  ReceivedQuery,
} from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { randomSecret } from '../../credentials/random-secret.ts';
import { seal } from '../../credentials/sealed.ts';
import { integrationId } from '../../domain/work/integration-id.ts';
import { AppError, notFound } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { calling, installation, outboxOf, reception } from '../../rooms/index.ts';
import { gitHubPlace } from '../../rooms/reception/github-app.ts';
import { sealContext } from '../../rooms/reception/reception.ts';
import { valid } from '../../valid.ts';
import { created } from '../identity/created.ts';
import { requireProject } from '../identity/require-project.ts';

/** Services whose events start sessions. The organization's reception keeps them, because D1 is not on the way of a delivery. */
export const integrations = new Hono<AppEnv>()
  .get('/', requireAccess('integration.read'), async (c) => {
    const items = await calling(
      () => reception(c.env, c.var.actor.organizationId),
      async (room): Promise<Integration[]> => room.integrations(),
    );
    return c.json({ items, nextCursor: null });
  })
  .post('/', requireAccess('integration.manage'), valid('json', NewIntegration), idempotent(), async (c) => {
    const { organizationId, userId, userName } = c.var.actor;
    const { secret = randomSecret(), accessToken, apiUrl = null, ...wish } = c.req.valid('json');
    await requireProject(c, wish.projectId);
    const nowMs = Date.now();
    const id = integrationId(organizationId, newId('int', nowMs));
    const sealed = (use: Parameters<typeof sealContext>[0], text: string) =>
      seal(c.env.SIGNING_SECRET, sealContext(use, id), text);
    const kept = {
      shown: {
        id,
        ...wish,
        apiUrl,
        webhookPath: `/webhooks/${wish.kind}/${id}`,
        hasAccessToken: accessToken !== undefined,
        installation: null,
        isPaused: false,
        createdAt: new Date(nowMs).toISOString(),
        createdBy: userName,
      },
      userId,
      sealedSecret: await sealed('secret', secret),
      sealedAccessToken: accessToken === undefined ? null : await sealed('access token', accessToken),
    };
    // Comments link to our pages, and nothing that sends them has a request to tell where those are.
    await outboxOf(c.env, organizationId).rememberOrigin(publicOrigin(c));
    const added = await calling(
      () => reception(c.env, organizationId),
      async (room): Promise<Integration | null> => room.add(kept),
    );
    if (!added)
      throw new AppError(
        'quota_exceeded',
        `An organization has at most ${limits.maxIntegrationsPerOrganization} integrations; delete some.`,
      );
    const body: CreatedIntegration = { ...added, secret };
    return c.json(c.var.receipt ? await created(c, [], body) : body, 201);
  })
  .patch('/:id', requireAccess('integration.manage'), valid('json', IntegrationPatch), async (c) => {
    const id = c.req.param('id');
    const { secret, accessToken, ...shown } = c.req.valid('json');
    if (shown.projectId !== undefined) await requireProject(c, shown.projectId);
    const sealed = (use: Parameters<typeof sealContext>[0], text: string) =>
      seal(c.env.SIGNING_SECRET, sealContext(use, id), text);
    const change = {
      shown,
      sealedSecret: secret === undefined ? undefined : await sealed('secret', secret),
      sealedAccessToken: accessToken ? await sealed('access token', accessToken) : accessToken,
    };
    const edited = await calling(
      () => reception(c.env, c.var.actor.organizationId),
      async (room): Promise<Integration | null> => room.edit(id, change),
    );
    if (!edited) throw notFound('integration');
    return c.json(edited);
  })
  .delete('/:id', requireAccess('integration.manage'), async (c) => {
    const removed: Integration | null = await reception(c.env, c.var.actor.organizationId).remove(c.req.param('id'));
    if (!removed) throw notFound('integration');
    if (removed.installation) await installation(c.env, gitHubPlace(removed.installation.id)).release(removed.id);
    return c.body(null, 204);
  })
  .get('/:id/events', requireAccess('integration.read'), valid('query', ReceivedQuery), async (c) => {
    const { cursor, limit = limits.maxPageItems } = c.req.valid('query');
    const page = await calling(
      () => reception(c.env, c.var.actor.organizationId),
      async (room): Promise<Page<ReceivedEvent> | null> => room.received(c.req.param('id'), cursor, limit),
    );
    if (!page) throw notFound('integration');
    return c.json(page);
  });
