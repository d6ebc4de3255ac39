import type { Context } from 'hono';
import type { Integration } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { seal } from '../../credentials/sealed.ts';
import { integrationId } from '../../domain/work/integration-id.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { publicOrigin } from '../../request-origin.ts';
import { calling, outboxOf, reception } from '../../rooms/index.ts';
import { sealContext } from '../../rooms/reception/reception.ts';

/** What its maker says of an integration, and the secrets that it comes with. */
export interface NewKept {
  wish: Pick<Integration, 'kind' | 'name' | 'projectId' | 'agent' | 'triggers' | 'people' | 'apiUrl' | 'installation'>;
  secret: string;
  accessToken?: string | undefined;
}

/** Gives the organization's reception an integration of the actor's. */
export async function addIntegration(c: Context<AppEnv>, { wish, secret, accessToken }: NewKept): Promise<Integration> {
  const { organizationId, userId, userName } = c.var.actor;
  const nowMs = Date.now();
  const id = integrationId(organizationId, newId('int', nowMs));
  const sealed = (use: Parameters<typeof sealContext>[0], text: string) => seal(c.env.SIGNING_SECRET, sealContext(use, id), text);
  const kept = {
    shown: {
      id,
      ...wish,
      webhookPath: wish.installation ? `/webhooks/${wish.kind}` : `/webhooks/${wish.kind}/${id}`,
      hasAccessToken: accessToken !== undefined || wish.installation !== null,
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
  if (added) return added;
  throw new AppError(
    'quota_exceeded',
    `An organization has at most ${limits.maxIntegrationsPerOrganization} integrations; delete some.`,
  );
}
