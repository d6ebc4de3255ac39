import { type Context, Hono } from 'hono';
import type { IntegrationKind } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { organizationOf } from '../../domain/work/integration-id.ts';
import { AppError } from '../../errors.ts';
import { readBody } from '../../read-body.ts';
import { calling, reception } from '../../rooms/index.ts';

/** Where other services send their events. Answered once a delivery is written down, whatever becomes of it; no D1, no R2. */
export const webhooks = new Hono<AppEnv>()
  .post('/github/:integrationId', async (c) => received(c, 'github', c.req.param('integrationId')))
  .post('/gitlab/:integrationId', async (c) => received(c, 'gitlab', c.req.param('integrationId')));

async function received(c: Context<AppEnv>, kind: IntegrationKind, integrationId: string): Promise<Response> {
  const organizationId = organizationOf(integrationId);
  if (organizationId === undefined) throw refused();
  const body = await readBody(c.req.raw, limits.maxWebhookBytes);
  if (!body.ok) throw new AppError('too_large', `A delivery has at most ${limits.maxWebhookBytes} bytes.`);
  const isTaken = await calling(
    () => reception(c.env, organizationId),
    async (room): Promise<boolean> => room.receive({ integrationId, kind, headers: [...c.req.raw.headers], body: body.bytes }),
  );
  if (!isTaken) throw refused();
  return c.json({ received: true }, 202);
}

/** Whether there is such an integration is nobody's business. */
const refused = () =>
  new AppError('unauthenticated', 'The signature is missing or wrong: set the secret that Flightdeck shows for this address.');
