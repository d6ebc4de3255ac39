import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Me, Organization } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { signAccessToken } from '../../../worker/credentials/login-tokens.ts';
import { Browser, password, refusal } from './client.ts';
import { newcomer } from './newcomer.ts';

const access = '__Host-fd-access';
const refresh = '__Host-fd-refresh';

let account: Awaited<ReturnType<typeof newcomer>>['account'];
beforeAll(async () => {
  ({ account } = await newcomer('grace'));
});

const email = 'grace@example.com';

async function logIn(browser = new Browser()): Promise<Browser> {
  await browser.json<Me>('/api/login', { body: { email, password } });
  return browser;
}

/** The same cookies in a second tab's pending request. */
function tabOf(browser: Browser): Browser {
  const tab = new Browser(browser.base);
  for (const [name, value] of browser.cookies) tab.cookies.set(name, value);
  return tab;
}

describe('logging in', () => {
  it('answers who it is, and keeps the tokens out of reach of scripts and other sites', async () => {
    const response = await new Browser().call('/api/login', { body: { email, password } });
    const { user, organization } = account;
    expect(await response.json()).toEqual({ user, organizations: [organization], organization });
    const lines = response.headers.getSetCookie();
    expect(lines.map((line) => line.split('=')[0])).toEqual([access, refresh]);
    for (const line of lines) {
      expect(line).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      expect(line).not.toContain('Domain');
    }
  });

  it('names its cookies after the port on a laptop without TLS, and does not ask for Secure', async () => {
    const browser = await logIn(new Browser('http://127.0.0.1:8787'));
    expect([...browser.cookies.keys()]).toEqual(['fd-access-8787', 'fd-refresh-8787']);
    expect((await browser.call('/api/me')).status).toBe(200);
  });

  it('answers alike for a wrong password and an unknown address', async () => {
    const wrong = await new Browser().call('/api/login', { body: { email, password: 'wrong' } });
    const unknown = await new Browser().call('/api/login', { body: { email: 'nobody@example.com', password } });
    const detail = async (response: Response) => (await response.json<{ detail: string }>()).detail;
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await detail(wrong)).toBe(await detail(unknown));
  });

  it('is slowed down for an account that is being guessed at, and says when to come back', async () => {
    const guess = () => new Browser().call('/api/login', { body: { email: 'victim@example.com', password: 'guess' } });
    const statuses: number[] = [];
    for (let i = 0; i < limits.loginAttemptsPerAccount; i++) statuses.push((await guess()).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is slowed down for an address that tries many accounts, a whole IPv6 network being one address', async () => {
    const body = { email: 'not an address', password: 'x' };
    const from = (ip: string) => new Browser().call('/api/login', { body, headers: { 'cf-connecting-ip': ip } });
    for (let i = 0; i < limits.loginAttemptsPerAddress; i++) expect((await from(`2001:db8::${i}`)).status).toBe(400);
    expect((await from('2001:db8:0:0:ffff::1')).status).toBe(429);
    expect((await from('2001:db8:0:1::1')).status).toBe(400);
  });
});

describe('a login', () => {
  it('refreshes without the page noticing when the access token has run out', async () => {
    const browser = await logIn();
    browser.cookies.delete(access);
    const before = browser.cookies.get(refresh);
    expect((await browser.call('/api/me')).status).toBe(200);
    expect(browser.cookies.get(access)).toBeTruthy();
    expect(browser.cookies.get(refresh)).not.toBe(before);
  });

  it('treats an expired access token like none', async () => {
    const browser = await logIn();
    const expired = await signAccessToken(env.SIGNING_SECRET, 'lgn_x', Date.now() - limits.accessTokenTtlMs - 1000);
    browser.cookies.set(access, expired);
    expect((await browser.call('/api/me')).status).toBe(200);
    browser.cookies.set(access, expired);
    browser.cookies.delete(refresh);
    expect(await refusal(await browser.call('/api/me'))).toEqual([401, 'unauthenticated']);
  });

  it('hands the rotated token over with a refusal too', async () => {
    const browser = await logIn();
    browser.cookies.delete(access);
    const before = browser.cookies.get(refresh);
    expect((await browser.call('/api/projects', { headers: { 'x-organization': 'org_other' } })).status).toBe(404);
    expect(browser.cookies.get(refresh)).not.toBe(before);
    expect((await browser.call('/api/me')).status).toBe(200);
  });

  it('gives two tabs that refresh at once the same successor', async () => {
    const browser = await logIn();
    browser.cookies.delete(access);
    const tabs = [tabOf(browser), tabOf(browser), tabOf(browser)];
    const answers = await Promise.all(tabs.map((tab) => tab.call('/api/me')));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(new Set(tabs.map((tab) => tab.cookies.get(refresh))).size).toBe(1);
  });

  it('ends altogether when a rotated token comes back after the grace', async () => {
    const browser = await logIn();
    browser.cookies.delete(access);
    const stolen = tabOf(browser);
    await browser.json<Me>('/api/me');
    await env.DB.prepare('UPDATE logins SET rotated_at_ms = rotated_at_ms - ? WHERE user_id = ?')
      .bind(limits.refreshGraceMs + 1, account.user.id)
      .run();
    expect(await refusal(await stolen.call('/api/me'))).toEqual([401, 'unauthenticated']);
    expect(stolen.cookies.size).toBe(0);
    expect((await browser.call('/api/me')).status).toBe(401);
  });

  it('lets a WebSocket in on an unrotated refresh token, since a 101 may lose cookies', async () => {
    const browser = await logIn();
    browser.cookies.delete(access);
    const before = browser.cookies.get(refresh);
    const headers = { upgrade: 'websocket', origin: browser.base };
    expect((await browser.call('/api/me', { headers })).status).toBe(200);
    expect(browser.cookies.get(refresh)).toBe(before);
  });

  it('ends on our side at logout, so that a copied cookie is worth nothing', async () => {
    const browser = await logIn();
    const copy = tabOf(browser);
    const response = await browser.call('/api/logout', { method: 'POST' });
    expect(response.status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect((await copy.call('/api/me')).status).toBe(401);
    expect((await browser.call('/api/logout', { method: 'POST' })).status).toBe(204);
  });
});

// Logging in is throttled, so these share one login.
let browser: Browser;
let first: Organization;
beforeAll(async () => {
  const other = await newcomer('hopper');
  browser = other.browser;
  first = other.account.organization;
});

describe('a call from another site', () => {
  it('is refused where it would change something or open a socket', async () => {
    const evil = { origin: 'https://evil.example' };
    const post = await browser.call('/api/projects', { body: { name: 'x' }, headers: evil });
    expect(await refusal(post)).toEqual([403, 'origin_mismatch']);
    const socket = await browser.call('/api/me', { headers: { ...evil, upgrade: 'websocket' } });
    expect(await refusal(socket)).toEqual([403, 'origin_mismatch']);
    const opaque = await browser.call('/api/projects', { body: { name: 'x' }, headers: { origin: 'null' } });
    expect(await refusal(opaque)).toEqual([403, 'origin_mismatch']);
  });
});

describe('an organization', () => {
  it('is the one named, else the last one used', async () => {
    const { organization: second } = await browser.json<{ organization: Organization }>('/api/organizations', {
      body: { name: 'Second' },
    });
    expect((await browser.json<Me>('/api/me')).organization).toEqual(second);
    const headers = { 'x-organization': first.id };
    expect((await browser.json<Me>('/api/me', { headers })).organization).toEqual(first);
    expect((await browser.json<Me>('/api/me')).organization).toEqual(first);
    expect((await browser.json<Me>('/api/me')).organizations).toEqual([first, second]);
    expect((await browser.json<{ items: Organization[] }>('/api/organizations')).items).toEqual([first, second]);
  });

  it('that one does not belong to is not there', async () => {
    const headers = { 'x-organization': 'org_nowhere' };
    expect(await refusal(await browser.call('/api/me', { headers }))).toEqual([404, 'not_found']);
    expect(await refusal(await browser.call('/api/projects', { headers }))).toEqual([404, 'not_found']);
    expect(await refusal(await browser.call('/api/projects?organization=org_nowhere'))).toEqual([404, 'not_found']);
  });
});
