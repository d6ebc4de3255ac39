import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { GitHubAppDoor, Integration, NewInstallation } from '../../../wire/integration.ts';
import { app } from '../../../worker/app.ts';
import { installation, outboxOf } from '../../../worker/rooms/index.ts';
import { integrationSenders } from '../../../worker/rooms/outbox/integration-senders.ts';
import { gitHubPlace } from '../../../worker/rooms/reception/github-app.ts';
import { mutated, mutations } from '../../adapters/mutated.ts';
import { attempt, recordingPorts } from '../../adapters/sender-ports.ts';
import { signedByGitHub } from '../../adapters/webhook-signatures.ts';
import { origin } from '../../rooms/rig.ts';
import { type DoorRig, makeDoorRig } from './door-rig.ts';
import { pullRequest, pullRequestEvent } from './github-bodies.ts';

const secret = env.GITHUB_APP_WEBHOOK_SECRET ?? '';
const bytes = (body: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(body));
const jsonOf = (request: Request) => request.json<Record<string, unknown>>();

let acme: DoorRig;
let rival: DoorRig;
beforeAll(async () => {
  acme = await makeDoorRig('Acme with an App');
  rival = await makeDoorRig('Rival with an App');
});
afterEach(() => vi.restoreAllMocks());

/** GitHub, which knows the App, and lets whoever brings a code see these installations; it keeps what it was asked. */
function standIn(visible: number[]) {
  const asked: { call: string; authorization: string; body: Record<string, unknown> }[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = String(input);
    if (!url.startsWith('nowhere://github')) throw new Error(`a request to ${url}`);
    const request = new Request(url.replace('nowhere:', 'https:'), init);
    const { hostname, pathname } = new URL(request.url);
    const body = request.method === 'GET' ? {} : await jsonOf(request);
    const call = `${request.method} ${hostname}${pathname}`;
    asked.push({ call, authorization: request.headers.get('authorization') ?? '', body });
    if (pathname === '/login/oauth/access_token') return Response.json({ access_token: 'ghu_somebody' });
    if (pathname === '/user/installations')
      return Response.json({
        installations: visible.map((id) => ({ id, account: { login: `acme-${id}`, id, type: 'Organization' } })),
      });
    if (pathname.startsWith('/user/memberships/orgs/')) return Response.json({ state: 'active', role: 'admin' });
    return Response.json({}, { status: 404 });
  });
  return asked;
}

const stateFor = async (rig: DoorRig): Promise<string> => {
  const { installUrl } = await rig.browser.json<GitHubAppDoor>('/api/github-app');
  return new URL(installUrl?.replace('nowhere:', 'https:') ?? '').searchParams.get('state') ?? '';
};

const bodyFor = async (rig: DoorRig, installationId: number, over: Partial<NewInstallation> = {}) => ({
  state: await stateFor(rig),
  code: 'from GitHub',
  installationId,
  projectId: rig.account.project.id,
  triggers: [{ on: 'opened' }],
  ...over,
});

const link = async (rig: DoorRig, id: number, over: Partial<NewInstallation> = {}) =>
  rig.browser.call('/api/github-app/installations', { body: await bodyFor(rig, id, over) });

const linked = async (rig: DoorRig, id: number): Promise<Integration> => {
  standIn([id]);
  const answer = await link(rig, id);
  vi.restoreAllMocks();
  expect(answer.status).toBe(201);
  return answer.json<Integration>();
};

/** What the App sends when something happens where it is installed. */
const send = (id: number, event: string, body: object) => {
  const sent = bytes({ ...body, installation: { id } });
  return acme.raw(
    '/webhooks/github',
    { 'x-github-event': event, 'x-github-delivery': 'd', ...signedByGitHub(secret, sent) },
    sent,
  );
};
const opened = (id: number, title: string) =>
  send(id, 'pull_request', pullRequestEvent('opened', { pull_request: { ...pullRequest, title } }));
const titles = async (rig: DoorRig) => (await rig.requests()).map(({ title }) => title);

describe('an installation of the App', () => {
  it('is an integration of whoever GitHub says may see it, named as its account', async () => {
    standIn([1001]);
    expect(await (await link(acme, 1001)).json()).toMatchObject({
      kind: 'github',
      name: 'acme-1001',
      webhookPath: '/webhooks/github',
      hasAccessToken: true,
      installation: { id: 1001, account: 'acme-1001', isGone: false },
    });
    expect((await link(acme, 1002)).status).toBe(403);
  });

  it('belongs to one organization, and is one integration of it', async () => {
    await linked(acme, 1010);
    standIn([1010]);
    expect((await link(acme, 1010)).status).toBe(409);
    expect((await link(rival, 1010)).status).toBe(409);
    await opened(1010, 'Not for the rival');
    await rival.workOff();
    await acme.workOff();
    expect(await titles(rival)).not.toContain('Not for the rival (#12)');
    expect(await titles(acme)).toContain('Not for the rival (#12)');
  });

  it('is linked only by who began it, for the organization that they began it for', async () => {
    const asked = standIn([1020]);
    const stolen = await stateFor(rival);
    const answer = await link(acme, 1020, { state: stolen });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'state' }] });
    expect(asked).toEqual([]);
  });

  it('is free again once its integration is deleted, and is another organization’s then', async () => {
    const { id } = await linked(acme, 1030);
    expect((await acme.browser.call(`/api/integrations/${id}`, { method: 'DELETE' })).status).toBe(204);
    await linked(rival, 1030);
    await opened(1030, 'For the rival now');
    await rival.workOff();
    expect(await titles(rival)).toContain('For the rival now (#12)');
  });

  it('is free also where it was not given up when its integration went', async () => {
    const { id } = await linked(acme, 1031);
    await acme.reception().remove(id);
    await linked(rival, 1031);
  });

  it('that was taken away on GitHub says so, hears nothing, and can be linked again', async () => {
    const { id } = await linked(acme, 1040);
    expect((await send(1040, 'installation', { action: 'deleted' })).status).toBe(202);
    expect(await acme.listed(id)).toMatchObject({ installation: { isGone: true }, hasAccessToken: false });
    await opened(1040, 'Nobody hears this');
    await acme.workOff();
    expect(await titles(acme)).not.toContain('Nobody hears this (#12)');
    await linked(acme, 1040);
    await opened(1040, 'Heard again');
    await acme.workOff();
    expect(await titles(acme)).toContain('Heard again (#12)');
  });
});

describe('an App that is half set up', () => {
  it('is said to be so, by what it lacks, where it would be installed', async () => {
    const door = async (settings: object) => {
      const cookie = [...acme.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await app.request(`${origin}/api/github-app`, { headers: { cookie } }, { ...env, ...settings });
      return answer.json<GitHubAppDoor>();
    };
    expect(await door({ GITHUB_APP_WEBHOOK_SECRET: '' })).toEqual({ installUrl: null, missing: ['GITHUB_APP_WEBHOOK_SECRET'] });
    expect(await door({})).toMatchObject({ installUrl: expect.any(String), missing: [] });
  });
});

describe('two who connect the same installation at once', () => {
  it('are one who has it, and one who is told so and keeps nothing half made', async () => {
    standIn([1080]);
    const answers = await Promise.all([link(acme, 1080), link(rival, 1080)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const kept = await Promise.all([acme, rival].map(async (rig) => (await rig.reception().integrations()).length));
    const before = await Promise.all([link(acme, 1080), link(rival, 1080)]);
    expect(before.map(({ status }) => status)).toEqual([409, 409]);
    expect(await Promise.all([acme, rival].map(async (rig) => (await rig.reception().integrations()).length))).toEqual(kept);
  });
});

describe('an installed integration', () => {
  it('has no webhook and no token of its own to set; all else is changed as of any', async () => {
    const { id } = await linked(acme, 1090);
    const patch = (body: object) => acme.browser.call(`/api/integrations/${id}`, { method: 'PATCH', body });
    for (const own of [
      { secret: 'a secret of some length' },
      { accessToken: 'ghp_own' },
      { apiUrl: 'https://github.example.com' },
    ])
      expect((await patch(own)).status).toBe(409);
    expect((await patch({ name: 'Renamed', isPaused: true, apiUrl: null })).status).toBe(200);
    expect(await acme.listed(id)).toMatchObject({ name: 'Renamed', isPaused: true, hasAccessToken: true });
  });
});

describe('what the App sends', () => {
  it('starts a session once, however often it comes, also after everything was evicted', async () => {
    await linked(acme, 1050);
    await evictDurableObject(installation(env, gitHubPlace(1050)));
    await evictDurableObject(acme.reception());
    const answers = await Promise.all(Array.from({ length: 50 }, () => opened(1050, 'Fifty copies of one')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await acme.workOff();
    expect((await titles(acme)).filter((title) => title.startsWith('Fifty copies of one'))).toHaveLength(1);
  });

  it('is taken and forgotten where the installation is nobody’s, or where there is none', async () => {
    expect((await opened(999_999, 'Whose?')).status).toBe(202);
    const ping = bytes({ zen: 'Design for failure.' });
    const answer = await acme.raw('/webhooks/github', { 'x-github-event': 'ping', ...signedByGitHub(secret, ping) }, ping);
    expect(answer.status).toBe(202);
  });

  it('is refused after any change, and where this deployment has no App', async () => {
    const body = bytes({ action: 'opened', installation: { id: 1001 } });
    const signed = { headers: { 'x-github-event': 'pull_request', ...signedByGitHub(secret, body) }, body };
    const post = (headers: Record<string, string>, sent: Uint8Array<ArrayBuffer>) =>
      app.request('/webhooks/github', { method: 'POST', headers, body: sent }, env);
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const changed = mutated(signed, ['x-hub-signature-256'], mutation);
        fc.pre(changed !== undefined);
        const { status } = await post({ ...changed?.headers }, Uint8Array.from(changed?.body ?? []));
        expect(status).toBe(401);
      }),
      { numRuns: 200 },
    );
    const without = { ...env, GITHUB_APP_WEBHOOK_SECRET: '' };
    const { status } = await app.request('/webhooks/github', { method: 'POST', ...signed }, without);
    expect(status).toBe(401);
  });

  it('is answered while D1 is down', async () => {
    await linked(acme, 1060);
    const body = bytes({ ...pullRequestEvent('opened'), installation: { id: 1060 } });
    const down = {
      prepare: () => {
        throw new Error('D1 is down');
      },
    } as unknown as D1Database;
    const headers = { 'x-github-event': 'pull_request', ...signedByGitHub(secret, body) };
    const answer = await app.request('/webhooks/github', { method: 'POST', headers, body }, { ...env, DB: down });
    expect(answer.status).toBe(202);
  });
});

describe('what becomes of a session', () => {
  it('is told with a token of the installation, which is asked for once; not after the App was taken away', async () => {
    const { id } = await linked(acme, 1070);
    await opened(1070, 'Told by the App');
    await acme.workOff();
    const report = await runInDurableObject(outboxOf(env, acme.account.organization.id), (_, { storage }) => {
      const [row] = storage.sql
        .exec("SELECT payload FROM delivery WHERE kind = 'github-comment' ORDER BY id DESC LIMIT 1")
        .toArray();
      return JSON.parse(String(row?.payload));
    });
    const { ports, requests } = recordingPorts(({ url }) =>
      url.endsWith('/access_tokens')
        ? Response.json({ token: 'ghs_hour', expires_at: '2026-11-27T13:00:00Z' }, { status: 201 })
        : Response.json({ id: 5 }, { status: 201 }),
    );
    const tell = (kind: string) =>
      integrationSenders[kind]?.(
        { ...env, GITHUB_API: 'https://api.github.example.com' },
        acme.account.organization.id,
        report,
        ports,
        attempt(),
      );
    expect(await tell('github-comment')).toMatchObject({ outcome: 'delivered' });
    expect(await tell('github-status')).toMatchObject({ outcome: 'delivered' });
    expect(requests.map(({ method, url }) => `${method} ${url.replace('https://api.github.example.com', '')}`)).toEqual([
      'POST /app/installations/1070/access_tokens',
      'POST /repos/acme/web/issues/12/comments',
      `POST /repos/acme/web/statuses/${pullRequest.head.sha}`,
    ]);
    const [asking, ...saying] = requests.map(({ headers }) => headers.get('authorization')?.replace('Bearer ', '') ?? '');
    expect(saying).toEqual(['ghs_hour', 'ghs_hour']);
    expect(decodeJwt(asking ?? '').iss).toBe('Iv1.test');
    await acme.reception().uninstalled(id, 1070);
    expect(await tell('github-comment')).toMatchObject({ outcome: 'refused' });
  });
});
