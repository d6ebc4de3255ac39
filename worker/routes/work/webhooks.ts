import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import type { IntegrationKind } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import { payloadIn } from '../../adapters/doors.ts';
import { isFromGitHub } from '../../adapters/github/signature.ts';
import type { AppEnv } from '../../context.ts';
import { organizationOf } from '../../domain/work/integration-id.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { readBody } from '../../read-body.ts';
import { calling, installation, reception, slackDesk } from '../../rooms/index.ts';
import { gitHubAppOf, gitHubPlace } from '../../rooms/reception/github-app.ts';
import type { InstallationOwner } from '../../rooms/reception/installation.ts';
import type { Vouched } from '../../rooms/reception/reception.ts';
import type { SlackReceipt } from '../../rooms/slack/slack-desk.ts';

/** Where other services send their events. Answered once a delivery is written down, whatever becomes of it; no D1, no R2. */
export const webhooks = new Hono<AppEnv>()
  .post('/github', async (c) => throughApp(c))
  .post('/github/:integrationId', async (c) => received(c, 'github', c.req.param('integrationId')))
  .post('/gitlab/:integrationId', async (c) => received(c, 'gitlab', c.req.param('integrationId')))
  // An organization has one Slack app of its own; the address is part of its manifest, before there is any secret.
  .post('/slack/:organizationId', async (c) => {
    const organizationId = c.req.param('organizationId');
    if (!/^org_[0-9a-z]{26}$/.test(organizationId)) throw refused();
    const body = await readBody(c.req.raw, limits.maxSlackBytes);
    if (!body.ok) throw new AppError('too_large', `Slack sends at most ${limits.maxSlackBytes} bytes.`);
    const receipt = await calling(
      () => slackDesk(c.env, organizationId),
      async (desk): Promise<SlackReceipt> => desk.receive({ headers: [...c.req.raw.headers], body: body.bytes }),
    );
    if (!receipt.ok) throw refused();
    if (receipt.challenge !== undefined) return c.json({ challenge: receipt.challenge });
    // Slack shows this to whoever typed a command; beside a button that was pressed it shows nothing but that it failed.
    if (receipt.turnedAway === 'command') return c.json({ response_type: 'ephemeral', text: tooMuch });
    if (receipt.turnedAway === 'press') throw new AppError('overloaded', tooMuch);
    return c.body(null, 200);
  });

const tooMuch = 'Flightdeck has too much to answer; try again later.';

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

const Sent = z.object({ action: z.optional(z.string()), installation: z.object({ id: z.int() }) });

/** What the deployment's GitHub App sends, wherever it is installed. GitHub learns nothing of whom we know: what is signed is taken. */
async function throughApp(c: Context<AppEnv>): Promise<Response> {
  const app = gitHubAppOf(c.env);
  if (!app) throw appRefused();
  const body = await readBody(c.req.raw, limits.maxWebhookBytes);
  if (!body.ok) throw new AppError('too_large', `A delivery has at most ${limits.maxWebhookBytes} bytes.`);
  const { headers } = c.req.raw;
  if (!isFromGitHub(app.webhookSecret, headers, body.bytes)) throw appRefused();
  const sent = Sent.safeParse(payloadIn(headers, body.bytes)).data;
  if (sent) await handOver(c.env, sent, { headers: [...headers], body: body.bytes });
  return c.json({ received: true }, 202);
}

/** Gives a delivery to whom the installation belongs. */
async function handOver(
  env: Env,
  { action, installation: { id } }: z.infer<typeof Sent>,
  { headers, body }: Pick<Vouched, 'headers' | 'body'>,
): Promise<void> {
  const owner = await calling(
    () => installation(env, gitHubPlace(id)),
    async (place): Promise<InstallationOwner | null> => place.owner(),
  );
  if (!owner) return;
  const { organizationId, integrationId } = owner;
  if (new Headers(headers).get('x-github-event') !== 'installation') {
    const vouched = { integrationId, installationId: id, headers, body };
    return calling(
      () => reception(env, organizationId),
      async (room): Promise<void> => room.receiveVouched(vouched),
    );
  }
  if (action !== 'deleted') return;
  await calling(
    () => reception(env, organizationId),
    async (room): Promise<void> => room.uninstalled(integrationId, id),
  );
  await calling(
    () => installation(env, gitHubPlace(id)),
    async (place): Promise<void> => place.release(integrationId),
  );
}

const appRefused = () =>
  new AppError(
    'unauthenticated',
    'The signature is missing or wrong: GITHUB_APP_WEBHOOK_SECRET is to be the secret of the App’s webhook, beside the App’s other settings.',
  );

/** Whether there is such an integration is nobody's business. */
const refused = () =>
  new AppError('unauthenticated', 'The signature is missing or wrong: set the secret that Flightdeck shows for this address.');
