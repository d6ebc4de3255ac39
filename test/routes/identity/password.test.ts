import { describe, expect, it } from 'vitest';
import type { CreatedInvitation, CreatedPasswordReset, CreatedToken, JoinAnswer, Me } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { Browser, origin, password, refusal } from './client.ts';
import { newcomer } from './newcomer.ts';

const next = 'a new and better one';
const path = '/api/me/password';

async function logIn(email: string, secret = password): Promise<Browser> {
  const browser = new Browser();
  await browser.json<Me>('/api/login', { body: { email, password: secret } });
  return browser;
}

describe('a password', () => {
  it('is changed by who knows it, which ends their other logins and no token', async () => {
    const { browser } = await newcomer('changer');
    const { browser: neighbour } = await newcomer('neighbour');
    const email = 'changer@example.com';
    const other = await logIn(email);
    const { token } = await browser.json<CreatedToken>('/api/api-tokens', { body: { name: 'script' } });
    expect((await browser.call(path, { body: { current: password, password: next } })).status).toBe(204);

    expect((await browser.call('/api/me')).status).toBe(200);
    expect((await other.call('/api/me')).status).toBe(401);
    expect((await neighbour.call('/api/me')).status).toBe(200);
    expect((await new Browser().call('/api/me', { token })).status).toBe(200);
    expect((await new Browser().call('/api/login', { body: { email, password } })).status).toBe(401);
    expect((await (await logIn(email, next)).call('/api/me')).status).toBe(200);
  });

  it('is not changed by who does not know it, nor into one that is no good', async () => {
    const { browser } = await newcomer('guesser');
    const other = await logIn('guesser@example.com');
    const said = async (body: unknown) => {
      const response = await browser.call(path, { body });
      return [response.status, (await response.json<{ errors: { path: string }[] }>()).errors.map((error) => error.path)];
    };
    expect(await said({ current: 'wrong', password: next })).toEqual([400, ['current']]);
    expect(await said({ current: password, password: 'short' })).toEqual([400, ['password']]);
    expect(await said({})).toEqual([400, ['current', 'password']]);
    expect((await other.call('/api/me')).status).toBe(200);
    expect((await logIn('guesser@example.com')).cookies.size).toBe(2);
  });

  it('is not changed by an API token, nor by nobody', async () => {
    const { browser } = await newcomer('scripted');
    const { token } = await browser.json<CreatedToken>('/api/api-tokens', { body: { name: 'script' } });
    const body = { current: password, password: next };
    expect(await refusal(await new Browser().call(path, { body, token }))).toEqual([403, 'forbidden']);
    expect(await refusal(await new Browser().call(path, { body }))).toEqual([401, 'unauthenticated']);
  });

  it('is guessed at no oftener here than at the login', async () => {
    const { browser } = await newcomer('unlocked');
    const statuses: number[] = [];
    const body = { current: 'guess', password: next };
    for (let i = 0; i < limits.loginAttemptsPerAccount; i++) statuses.push((await browser.call(path, { body })).status);
    expect(new Set(statuses)).toEqual(new Set([400]));
    const refused = await browser.call(path, { body });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const login = { email: 'unlocked@example.com', password };
    expect((await new Browser().call('/api/login', { body: login })).status).toBe(429);
  });

  it('is changed once by two browsers that change it at once, and one of them stays', async () => {
    const { browser } = await newcomer('torn');
    const other = await logIn('torn@example.com');
    const answers = await Promise.all(
      [browser, other].map((each, i) => each.call(path, { body: { current: password, password: `${next} ${i}` } })),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const after = await Promise.all([browser, other].map(async (each) => (await each.call('/api/me')).status));
    expect(after).toEqual(answers.map(({ status }) => (status === 204 ? 200 : 401)));
  });

  it('takes the reset links with it that were made for the old one', async () => {
    const { browser: owner } = await newcomer('resetter');
    const { link } = await owner.json<CreatedInvitation>('/api/invitations', { body: { role: 'member' } });
    const member = new Browser();
    const body = { email: 'remembering@example.com', password, name: 'Member' };
    const { user } = await member.json<JoinAnswer>(link.replace(`${origin}/join/`, '/api/join/'), { body });
    const reset = await owner.json<CreatedPasswordReset>(`/api/members/${user.id}/password-reset`, { body: {} });
    expect((await member.call(path, { body: { current: password, password: next } })).status).toBe(204);
    const used = reset.link.replace(`${origin}/`, '/api/');
    expect((await new Browser().call(used, { body: { password: 'somebody else set it' } })).status).toBe(410);
  });
});
