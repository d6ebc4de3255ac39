import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CreatedToken, LivePass, Me, Project, TokenInfo } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import { verifyIngestToken } from '../../../worker/credentials/ingest-token.ts';
import { verifyLivePass } from '../../../worker/credentials/live-pass.ts';
import { Browser, refusal } from './client.ts';
import { newcomer } from './newcomer.ts';

let owner: Awaited<ReturnType<typeof newcomer>>;
let path: string;
beforeAll(async () => {
  owner = await newcomer('owner');
  path = `/api/projects/${owner.account.project.id}/ingest-tokens`;
});

const newToken = (url: string, name: string, headers = {}) => owner.browser.json<CreatedToken>(url, { body: { name }, headers });

describe('projects', () => {
  it('are listed a page at a time', async () => {
    const made: Project[] = [];
    for (const name of ['b', 'a', 'c']) made.push(await owner.browser.json<Project>('/api/projects', { body: { name } }));
    const seen: Project[] = [];
    let cursor = '';
    for (;;) {
      const page = await owner.browser.json<Page<Project>>(`/api/projects?limit=3${cursor}`);
      seen.push(...page.items);
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual([owner.account.project, ...made]);
  });

  it('are made once per Idempotency-Key, however often and fast they are asked for', async () => {
    const ask = (body: object, key = 'once') =>
      owner.browser.call('/api/projects', { body, headers: { 'idempotency-key': key } });
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask({ name: 'Once' })));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect((await ask({ name: 'Once' })).headers.get('idempotency-replayed')).toBe('true');
    const { items } = await owner.browser.json<Page<Project>>('/api/projects');
    expect(items.filter((project) => project.name === 'Once')).toHaveLength(1);
    expect(await refusal(await ask({ name: 'Twice' }))).toEqual([422, 'idempotency_conflict']);
    expect((await ask({ name: 'Twice' }, 'another')).status).toBe(201);
    expect(await refusal(await ask({ name: 'x' }, 'k'.repeat(limits.maxIdempotencyKeyLength + 1)))).toEqual([400, 'invalid']);
  });
});

describe('an ingest token', () => {
  it('says whose sessions these are, without a look anywhere', async () => {
    const { id, token } = await newToken(path, 'laptop');
    const { user, organization, project } = owner.account;
    expect(await verifyIngestToken(env.SIGNING_SECRET, token, Date.now())).toEqual({
      tokenId: id,
      organizationId: organization.id,
      projectId: project.id,
      userId: user.id,
    });
  });

  it('is listed without its secret, newest first, and after its revocation too', async () => {
    const older = await newToken(path, 'older');
    const newer = await newToken(path, 'newer');
    expect((await owner.browser.call(`${path}/${older.id}`, { method: 'DELETE' })).status).toBe(204);
    const page = await owner.browser.json<Page<TokenInfo>>(`${path}?limit=2`);
    expect(page.items.map(({ id, name, revokedAt }) => ({ id, name, revoked: revokedAt !== null }))).toEqual([
      { id: newer.id, name: 'newer', revoked: false },
      { id: older.id, name: 'older', revoked: true },
    ]);
    expect(JSON.stringify(page)).not.toContain('fdi_');
  });

  it('is the same one when the answer is asked for again, and nothing readable is kept of it', async () => {
    const headers = { 'idempotency-key': 'token' };
    const first = await newToken(path, 'again', headers);
    expect(await newToken(path, 'again', headers)).toEqual(first);
    const { results } = await env.DB.prepare('SELECT * FROM receipts').all();
    expect(results.length).toBeGreaterThan(0);
    expect(JSON.stringify(results)).not.toContain(first.id);
  });

  it('cannot be had for a project that is not there', async () => {
    const url = '/api/projects/prj_nowhere/ingest-tokens';
    expect(await refusal(await owner.browser.call(url, { body: { name: 'x' } }))).toEqual([404, 'not_found']);
    expect(await refusal(await owner.browser.call(url))).toEqual([404, 'not_found']);
    expect(await refusal(await owner.browser.call(`${path}/igt_nowhere`, { method: 'DELETE' }))).toEqual([404, 'not_found']);
  });

  it('opens nothing of the API', async () => {
    const { token } = await newToken(path, 'machine');
    expect(await refusal(await new Browser().call('/api/me', { token }))).toEqual([401, 'unauthenticated']);
  });
});

describe('an API token', () => {
  it('speaks for its user in the organization it was made in', async () => {
    const { token } = await newToken('/api/api-tokens', 'script');
    expect(token).toMatch(/^fda_[\w-]{43}$/);
    const machine = new Browser();
    expect((await machine.json<Me>('/api/me', { token })).user).toEqual(owner.account.user);
    const headers = { 'x-organization': 'org_other' };
    expect(await refusal(await machine.call('/api/me', { token, headers }))).toEqual([404, 'not_found']);
  });

  it('is worth nothing once revoked', async () => {
    const { id, token } = await newToken('/api/api-tokens', 'short-lived');
    expect((await owner.browser.call(`/api/api-tokens/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await refusal(await new Browser().call('/api/me', { token }))).toEqual([401, 'unauthenticated']);
    const { items } = await owner.browser.json<Page<TokenInfo>>('/api/api-tokens?limit=1');
    expect(items).toMatchObject([{ id, name: 'short-lived', projectId: null, revokedAt: expect.any(String) }]);
    expect((await owner.browser.call('/api/api-tokens/apt_nowhere', { method: 'DELETE' })).status).toBe(404);
  });

  it('cannot make another one, nor do what only a person should', async () => {
    const { token } = await newToken('/api/api-tokens', 'greedy');
    for (const [url, body] of [
      ['/api/api-tokens', { name: 'more' }],
      ['/api/organizations', { name: 'more' }],
      [`/api/members/${owner.account.user.id}/password-reset`, {}],
    ] as const)
      expect(await refusal(await new Browser().call(url, { token, body }))).toEqual([403, 'forbidden']);
  });

  it('is not made up for by a cookie when it is wrong', async () => {
    expect((await owner.browser.call('/api/me', { token: 'fda_wrong' })).status).toBe(401);
  });

  it('is kept as a hash', async () => {
    const { token } = await newToken('/api/api-tokens', 'secret');
    const { results } = await env.DB.prepare('SELECT * FROM api_tokens').all();
    expect(JSON.stringify(results)).not.toContain(token.slice(4));
  });
});

describe('a live pass', () => {
  it('says who may watch, in which organization, and until when', async () => {
    const { pass, until } = await owner.browser.json<LivePass>('/api/live-pass', { method: 'POST' });
    const { user, organization } = owner.account;
    const holder = { userId: user.id, name: user.name, organizationId: organization.id, untilMs: Date.parse(until) };
    expect(await verifyLivePass(env.SIGNING_SECRET, pass)).toEqual(holder);
    const inMs = Date.parse(until) - Date.now();
    expect(inMs).toBeGreaterThan(limits.spectatorPassMs - 5000);
    expect(inMs).toBeLessThanOrEqual(limits.spectatorPassMs);
  });

  it('is no other kind of token, nor another kind one of these', async () => {
    const { pass } = await owner.browser.json<LivePass>('/api/live-pass', { method: 'POST' });
    expect(await verifyIngestToken(env.SIGNING_SECRET, `fdi_${pass}`, Date.now())).toBeUndefined();
    const { token } = await newToken(path, 'not a pass');
    expect(await verifyLivePass(env.SIGNING_SECRET, token.slice(4))).toBeUndefined();
  });
});
