import { afterEach, describe, expect, it, vi } from 'vitest';
import { settingsProblem } from '../worker/adapters/channels.ts';
import type { Env } from '../worker/env.ts';
import { mailerOf, missingMailOf } from '../worker/rooms/outbox/mailer.ts';
import { gitHubAppOf, missingOf } from '../worker/rooms/reception/github-app.ts';

afterEach(() => vi.restoreAllMocks());

const app = {
  GITHUB_APP_SLUG: 'flightdeck',
  GITHUB_APP_CLIENT_ID: 'Iv1',
  GITHUB_APP_CLIENT_SECRET: 'client secret',
  GITHUB_APP_PRIVATE_KEY: 'a key',
  GITHUB_APP_WEBHOOK_SECRET: 'the secret',
};
/** None of it is a binding: of those nothing is asked. */
const env = (settings: object): Env => settings as Env;
const logged = () => vi.spyOn(console, 'warn').mockImplementation(() => undefined);

describe('a GitHub App', () => {
  it('lacks nothing where it has all, or where none of it is set', () => {
    const warn = logged();
    expect(missingOf(env({ GITHUB_WEB: 'https://github.example.com' }))).toEqual([]);
    expect(gitHubAppOf(env({}))).toBeNull();
    expect(missingOf(env(app))).toEqual([]);
    expect(gitHubAppOf(env(app))).toMatchObject({ slug: 'flightdeck' });
    expect(warn).not.toHaveBeenCalled();
  });

  it('that is half set up names what is not set, and tells the log so once', () => {
    const warn = logged();
    const half = env({ ...app, GITHUB_APP_WEBHOOK_SECRET: '', GITHUB_APP_CLIENT_SECRET: undefined });
    const missing = ['GITHUB_APP_CLIENT_SECRET', 'GITHUB_APP_WEBHOOK_SECRET'];
    expect(missingOf(half)).toEqual(missing);
    expect([gitHubAppOf(half), gitHubAppOf(half)]).toEqual([null, null]);
    expect(warn.mock.calls).toEqual([[JSON.stringify({ half: 'GitHub App', missing })]]);
  });
});

describe('e-mail', () => {
  const api = { EMAIL_FROM: 'alerts@example.com', EMAIL_API: 'https://api.example.com', EMAIL_API_KEY: 'key' };
  const binding = { send: () => undefined };

  it('is sent by a binding or a provider’s API, and lacks nothing where there is to be none', () => {
    const warn = logged();
    expect(mailerOf(env(api))).toMatchObject({ kind: 'http' });
    expect(mailerOf(env({ ...api, EMAIL: binding }))).toMatchObject({ kind: 'binding' });
    expect(mailerOf(env({}))).toBeNull();
    expect([api, { EMAIL_FROM: 'a@example.com', EMAIL: binding }, {}].map((set) => missingMailOf(env(set)))).toEqual([
      [],
      [],
      [],
    ]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('that is half set up names what is not set, in the log once and to whoever adds a channel', () => {
    const warn = logged();
    expect(missingMailOf(env({ EMAIL: binding }))).toEqual(['EMAIL_FROM']);
    const half = env({ ...api, EMAIL_API_KEY: '' });
    expect([mailerOf(half), mailerOf(half)]).toEqual([null, null]);
    expect(warn.mock.calls).toEqual([[JSON.stringify({ half: 'e-mail', missing: ['EMAIL_API_KEY'] })]]);
    const problem = (set: Env) =>
      settingsProblem(
        { kind: 'email', to: ['sam@example.com'] },
        { allowLoopback: false, email: { isSent: mailerOf(set) !== null, missing: missingMailOf(set) } },
      );
    expect(problem(half)?.message).toMatch(/has begun, and still has to set EMAIL_API_KEY\.$/);
    expect(problem(env({}))?.message).toMatch(/sets EMAIL_FROM, and a binding or EMAIL_API\.$/);
    expect(problem(env(api))).toBeNull();
  });
});
