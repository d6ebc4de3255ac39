import { beforeAll, describe, expect, it } from 'vitest';
import type { Me, Project, SignupAnswer } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import { Browser, password, refusal, signUp } from './client.ts';

let ada: Awaited<ReturnType<typeof signUp>>;
beforeAll(async () => {
  ada = await signUp('ada');
});

describe('sign-up', () => {
  it('makes a user, their organization and its first project, and logs them in', async () => {
    const { user, organization, project } = ada.account;
    expect(user).toEqual({ id: expect.stringMatching(/^usr_/), email: 'ada@example.com', name: 'ada' });
    expect(organization).toEqual({ id: expect.stringMatching(/^org_/), name: "ada's", role: 'owner' });
    expect(await ada.browser.json<Me>('/api/me')).toEqual({ user, organizations: [organization], organization });
    expect((await ada.browser.json<Page<Project>>('/api/projects')).items).toEqual([project]);
  });

  it('refuses an e-mail address that has an account, however it is written', async () => {
    const body = { email: ' ADA@Example.com', password, name: 'Other', organization: 'Other' };
    expect(await refusal(await new Browser().call('/api/signup', { body }))).toEqual([409, 'conflict']);
  });

  it('names each field that is missing or wrong', async () => {
    const body = { email: 'nobody', password: 'short', name: ' ' };
    const response = await new Browser().call('/api/signup', { body });
    const problem = await response.json<{ code: string; errors: { path: string }[] }>();
    expect([response.status, problem.code]).toEqual([400, 'invalid']);
    expect(problem.errors.map((error) => error.path).sort()).toEqual(['email', 'name', 'organization', 'password']);
  });

  it('says so when the body does not parse, is too large or is no JSON', async () => {
    const browser = new Browser();
    expect(await refusal(await browser.call('/api/signup', { body: '{' }))).toEqual([400, 'bad_json']);
    const large = `{"name":"${'x'.repeat(limits.maxJsonBytes)}"}`;
    expect(await refusal(await browser.call('/api/signup', { body: large }))).toEqual([413, 'too_large']);
    const headers = { 'content-type': 'text/plain' };
    expect(await refusal(await browser.call('/api/signup', { body: '{}', headers }))).toEqual([415, 'unsupported_media_type']);
  });

  it('has one effect per Idempotency-Key, and logs in whoever repeats it', async () => {
    const body = { email: 'twin@example.com', password, name: 'Twin', organization: 'Twins' };
    const headers = { 'idempotency-key': 'k1' };
    const browsers = [new Browser(), new Browser()];
    const answers = await Promise.all(browsers.map((one) => one.json<SignupAnswer>('/api/signup', { body, headers })));
    expect(answers[0]).toEqual(answers[1]);
    for (const one of browsers) expect((await one.json<Me>('/api/me')).organizations).toEqual([answers[0]?.organization]);
    const other = { ...body, password: 'another password' };
    expect(await refusal(await new Browser().call('/api/signup', { body: other, headers }))).toEqual([
      422,
      'idempotency_conflict',
    ]);
  });
});
