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
import { AppError, notFound } from '../../errors.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, installation, reception } from '../../rooms/index.ts';
import { gitHubPlace } from '../../rooms/reception/github-app.ts';
import { sealContext } from '../../rooms/reception/reception.ts';
import { valid } from '../../valid.ts';
import { created } from '../identity/created.ts';
import { requireProject } from '../identity/require-project.ts';
import { addIntegration } from './add-integration.ts';

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
    const { secret = randomSecret(), accessToken, apiUrl = null, ...wish } = c.req.valid('json');
    await requireProject(c, wish.projectId);
    const added = await addIntegration(c, { wish: { ...wish, apiUrl, installation: null }, secret, accessToken });
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
      async (room): Promise<Integration | 'installed' | null> => room.edit(id, change),
    );
    if (!edited) throw notFound('integration');
    if (edited === 'installed')
      throw new AppError('conflict', 'The GitHub App brings its own webhook and access: there is nothing to set.');
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
