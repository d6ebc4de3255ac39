import { Hono } from 'hono';
import { type GitHubAppDoor, type Integration, NewInstallation } from '../../../wire/integration.ts';
import { type GitHubApp, installedBy, installUrl } from '../../adapters/github/app.ts';
import type { AppEnv } from '../../context.ts';
import { randomSecret } from '../../credentials/random-secret.ts';
import { signToken, verifyToken } from '../../credentials/signed-token.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { installation, reception } from '../../rooms/index.ts';
import { gitHubAppOf, gitHubPlace, missingOf } from '../../rooms/reception/github-app.ts';
import type { InstallationOwner } from '../../rooms/reception/installation.ts';
import { valid } from '../../valid.ts';
import { requireProject } from '../identity/require-project.ts';
import { addIntegration } from './add-integration.ts';

/** Somebody may have to be asked over there before the App is installed. */
const stateMs = 3600_000;

/** The GitHub App of this deployment: one webhook for every repository where it is installed. */
export const gitHubApp = new Hono<AppEnv>()
  .get('/', requireAccess('integration.manage'), async (c) => {
    const app = gitHubAppOf(c.env);
    const url = app && installUrl(app, await signState(c.env.SIGNING_SECRET, c.var.actor, Date.now()));
    return c.json({ installUrl: url, missing: missingOf(c.env) } satisfies GitHubAppDoor);
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
    const installed = { id: installationId, account, isGone: false };
    const added = await addIntegration(c, {
      wish: { kind: 'github', ...wish, name: name ?? account, apiUrl: null, installation: installed },
      // Nobody is told this one: what comes through the App is signed with the App's.
      secret: randomSecret(),
    });
    // It is there before it claims the place: what claims it and is not there would be taken for gone.
    const { organizationId } = c.var.actor;
    const holder = await claimed(c.env, installationId, { organizationId, integrationId: added.id });
    if (holder.integrationId === added.id) return c.json(added, 201);
    await reception(c.env, organizationId).remove(added.id);
    const words = holder.organizationId === organizationId ? 'already; change that integration' : 'to another organization';
    throw new AppError('conflict', `This installation is connected ${words}.`);
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
  // The code served once.
  throw new AppError('overloaded', `${found.detail} Begin again from Settings, Integrations.`);
}

/** Whose the place is after somebody claimed it. An installation is one integration: two would start each session twice. Whose integration is gone does not hold it. */
async function claimed(env: Env, installationId: number, owner: InstallationOwner): Promise<InstallationOwner> {
  const place = installation(env, gitHubPlace(installationId));
  const first: InstallationOwner = await place.claim(owner);
  if (first.integrationId === owner.integrationId) return first;
  const items: Integration[] = await reception(env, first.organizationId).integrations();
  if (items.some(({ id, installation: known }) => id === first.integrationId && known?.isGone === false)) return first;
  await place.release(first.integrationId);
  return place.claim(owner);
}
