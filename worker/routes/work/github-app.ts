import { type Context, Hono } from 'hono';
import { type GitHubAppDoor, type Integration, NewInstallation } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import { type GitHubApp, installedBy, installUrl } from '../../adapters/github/app.ts';
import type { AppEnv } from '../../context.ts';
import { randomSecret } from '../../credentials/random-secret.ts';
import { seal } from '../../credentials/sealed.ts';
import { signToken, verifyToken } from '../../credentials/signed-token.ts';
import type { Actor } from '../../domain/actor.ts';
import { integrationId } from '../../domain/work/integration-id.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { calling, installation, outboxOf, reception } from '../../rooms/index.ts';
import { gitHubAppOf, gitHubPlace } from '../../rooms/reception/github-app.ts';
import type { InstallationOwner } from '../../rooms/reception/installation.ts';
import { sealContext } from '../../rooms/reception/reception.ts';
import { valid } from '../../valid.ts';
import { requireProject } from '../identity/require-project.ts';

/** Somebody may have to be asked over there before the App is installed. */
const stateMs = 3600_000;

/** The GitHub App of this deployment: one webhook for every repository where it is installed. */
export const gitHubApp = new Hono<AppEnv>()
  .get('/', requireAccess('integration.manage'), async (c) => {
    const app = gitHubAppOf(c.env);
    const url = app && installUrl(app, await signState(c.env.SIGNING_SECRET, c.var.actor, Date.now()));
    return c.json({ installUrl: url } satisfies GitHubAppDoor);
  })
  .post('/installations', requireAccess('integration.manage'), valid('json', NewInstallation), async (c) => {
    const app = gitHubAppOf(c.env);
    if (!app) throw new AppError('not_found', 'This deployment has no GitHub App; connect the repository by a webhook.');
    const { state, code, installationId, name, ...wish } = c.req.valid('json');
    await requireProject(c, wish.projectId);
    if (!(await isOurState(c.env.SIGNING_SECRET, c.var.actor, state))) {
      const message = 'Somebody else began this, or it took longer than an hour. Begin again.';
      throw new AppError('invalid', message, { errors: [{ path: 'state', message }] });
    }
    const account = await accountOf(app, { code, installationId });
    const { organizationId, userId, userName } = c.var.actor;
    const nowMs = Date.now();
    const id = integrationId(organizationId, newId('int', nowMs));
    await claim(c, installationId, { organizationId, integrationId: id });
    await outboxOf(c.env, organizationId).rememberOrigin(publicOrigin(c));
    const kept = {
      shown: {
        id,
        kind: 'github' as const,
        ...wish,
        name: name ?? account,
        apiUrl: null,
        webhookPath: '/webhooks/github',
        hasAccessToken: true,
        installation: { id: installationId, account, isGone: false },
        isPaused: false,
        createdAt: new Date(nowMs).toISOString(),
        createdBy: userName,
      },
      userId,
      // Nobody is told this one: what comes through the App is signed with the App's.
      sealedSecret: await seal(c.env.SIGNING_SECRET, sealContext('secret', id), randomSecret()),
      sealedAccessToken: null,
    };
    const added = await calling(
      () => reception(c.env, organizationId),
      async (room): Promise<Integration | null> => room.add(kept),
    );
    if (added) return c.json(added, 201);
    await installation(c.env, gitHubPlace(installationId)).release(id);
    throw new AppError(
      'quota_exceeded',
      `An organization has at most ${limits.maxIntegrationsPerOrganization} integrations; delete some.`,
    );
  });

/** What GitHub hands back: the page has to know the organization before anything is verified, so that it leads. */
async function signState(secret: string, { organizationId, userId }: Actor, nowMs: number): Promise<string> {
  const signed = await signToken(secret, 'github-install', { sub: userId, org: organizationId }, nowMs + stateMs);
  return `${organizationId}.${signed}`;
}

/** Whether this person began it, for this organization: else a link could connect somebody to an installation that is another's. */
async function isOurState(secret: string, { organizationId, userId }: Actor, state: string): Promise<boolean> {
  const claims = await verifyToken(secret, 'github-install', state.slice(state.indexOf('.') + 1));
  return claims?.sub === userId && claims.org === organizationId;
}

async function accountOf(app: GitHubApp, handedBack: { code: string; installationId: number }): Promise<string> {
  const found = await installedBy({ fetch: (...request) => fetch(...request), now: () => Date.now() }, app, handedBack);
  if (found.ok) return found.account;
  if (found.isRefused) throw new AppError('forbidden', `${found.detail} Begin again from Settings, Integrations.`);
  throw new AppError('overloaded', `GitHub could not be asked: ${found.detail}`, { retryAfterMs: found.retryAfterMs ?? 5000 });
}

/** An installation is one integration: two would start each session twice. Whose integration is gone does not hold it. */
async function claim(c: Context<AppEnv>, installationId: number, owner: InstallationOwner): Promise<void> {
  const place = installation(c.env, gitHubPlace(installationId));
  const first: InstallationOwner = await place.claim(owner);
  if (first.integrationId === owner.integrationId) return;
  const items: Integration[] = await reception(c.env, first.organizationId).integrations();
  if (items.some(({ id, installation: known }) => id === first.integrationId && known?.isGone === false))
    throw new AppError('conflict', taken(first, owner));
  await place.release(first.integrationId);
  const second: InstallationOwner = await place.claim(owner);
  if (second.integrationId !== owner.integrationId) throw new AppError('conflict', taken(second, owner));
}

const taken = (first: InstallationOwner, { organizationId }: InstallationOwner): string =>
  first.organizationId === organizationId
    ? 'This installation is connected already; change that integration.'
    : 'This installation is connected to another organization.';
