import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type GitHubApp, installationToken, installedBy, installUrl } from '../../../worker/adapters/github/app.ts';
import { type Recorded, recordingPorts } from '../sender-ports.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'pem' }).toString();

const app: GitHubApp = {
  slug: 'flightdeck-acme',
  clientId: 'Iv1.abc',
  clientSecret: 'client secret',
  privateKey: pem('pkcs1'),
  webhookSecret: 'webhook secret',
  web: 'https://github.example',
  api: 'https://api.github.example',
};
const token = { token: 'ghs_abc', expires_at: '2026-11-27T13:00:00Z' };
const handedBack = { code: 'abc', installationId: 42 };

/** GitHub, of which somebody who brings the code sees these installations. */
const github =
  (ids: number[], type = 'User', role = 'member') =>
  (request: Recorded) => {
    if (request.url === 'https://api.github.example/user') return Response.json({ login: 'robin', id: 142 });
    if (request.url.includes('/user/memberships/orgs/'))
      return role === 'none'
        ? Response.json({ message: 'Not Found' }, { status: 404 })
        : Response.json({ state: 'active', role });
    if (request.url === 'https://github.example/login/oauth/access_token')
      return Response.json(
        JSON.parse(request.body).code === 'abc'
          ? { access_token: 'ghu_1' }
          : { error: 'bad_verification_code', error_description: 'The code is expired.' },
      );
    const page = Number(new URL(request.url).searchParams.get('page'));
    const shown = ids.slice((page - 1) * 20, page * 20);
    return Response.json({ installations: shown.map((id) => ({ id, account: { login: `account-${id}`, id, type } })) });
  };

describe('a token of an installation', () => {
  it.each([
    ['PKCS #1, as GitHub gives it', pem('pkcs1')],
    ['PKCS #8', pem('pkcs8')],
    ['one line with \\n, as variables hold it', pem('pkcs1').replaceAll('\n', '\\n')],
  ])('is asked for with the word of the App, whose key is %s', async (_, key) => {
    const { ports, requests } = recordingPorts(() => Response.json(token, { status: 201 }));
    const made = await installationToken(ports, { ...app, privateKey: key }, 42);
    expect(made).toEqual({ ok: true, token: 'ghs_abc', expiresAtMs: Date.parse('2026-11-27T13:00:00Z') });
    const [request] = requests;
    expect(`${request?.method} ${request?.url}`).toBe('POST https://api.github.example/app/installations/42/access_tokens');
    const word = request?.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const checked = { algorithms: ['RS256'], currentDate: new Date(ports.now()) };
    const { payload } = await jwtVerify(word, createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), checked);
    expect(payload.iss).toBe('Iv1.abc');
    // GitHub refuses more than ten minutes.
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(600);
  });

  it('is refused where the key is none, where the App was taken away, and where GitHub sends nonsense', async () => {
    const { ports } = recordingPorts(() => Response.json({ message: 'Not Found' }, { status: 404 }));
    expect(await installationToken(ports, { ...app, privateKey: 'nonsense' }, 42)).toMatchObject({ ok: false, isRefused: true });
    expect(await installationToken(ports, app, 42)).toMatchObject({
      ok: false,
      isRefused: true,
      detail: 'GitHub answered 404: Not Found',
    });
    const { ports: odd } = recordingPorts(() => new Response('<html>'));
    expect(await installationToken(odd, app, 42)).toMatchObject({ ok: false });
  });

  it('is for later where GitHub is down, does not answer, or has had enough', async () => {
    const answered = async (answer: () => Response) => installationToken(recordingPorts(answer).ports, app, 42);
    expect(await answered(() => new Response('', { status: 502 }))).toMatchObject({ ok: false, isRefused: false });
    expect(await answered(() => new Response('', { status: 403, headers: { 'retry-after': '60' } }))).toMatchObject({
      isRefused: false,
      retryAfterMs: 60_000,
    });
    const gone = await answered(() => {
      throw new Error('reset');
    });
    expect(gone).toMatchObject({ ok: false, isRefused: false });
  });
});

describe('an installation that somebody brings', () => {
  it('is theirs if it is on their own account, on whatever page GitHub lists it', async () => {
    const { ports, requests } = recordingPorts(github([...Array(150).keys()]));
    expect(await installedBy(ports, app, { ...handedBack, installationId: 142 })).toEqual({ ok: true, account: 'account-142' });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      client_id: 'Iv1.abc',
      client_secret: 'client secret',
      code: 'abc',
    });
    expect(new Set(requests.slice(1).map(({ headers }) => headers.get('authorization')))).toEqual(new Set(['Bearer ghu_1']));
  });

  it('is theirs if they own the organization; whoever only works there, or reads one of its repositories, is refused', async () => {
    const bring = (type: string, role: string, installationId = 7) =>
      installedBy(recordingPorts(github([7, 142], type, role)).ports, app, { code: 'abc', installationId });
    expect(await bring('Organization', 'admin')).toEqual({ ok: true, account: 'account-7' });
    for (const role of ['member', 'none'])
      expect(await bring('Organization', role)).toEqual({
        ok: false,
        isRefused: true,
        detail: 'Only an owner of account-7 on GitHub connects it.',
      });
    // Another person's own account, whose repository they may read.
    expect(await bring('User', 'none')).toMatchObject({ ok: false, isRefused: true });
    expect(await bring('User', 'none', 142)).toMatchObject({ ok: true });
  });

  it('is refused where they do not see it, and where the code is no good', async () => {
    const { ports } = recordingPorts(github([1, 2]));
    expect(await installedBy(ports, app, handedBack)).toEqual({
      ok: false,
      isRefused: true,
      detail: 'Your GitHub account does not see this installation.',
    });
    expect(await installedBy(ports, app, { ...handedBack, code: 'old' })).toMatchObject({
      isRefused: true,
      detail: 'GitHub answered 200: The code is expired.',
    });
  });

  it('is made at an address that carries our word along', () => {
    expect(installUrl(app, 'org_1.ey J')).toBe(
      'https://github.example/apps/flightdeck-acme/installations/new?state=org_1.ey%20J',
    );
  });
});
