import { beforeAll, describe, expect, it } from 'vitest';
import type { CreatedInvitation, CreatedToken, Me, Project, User } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import { Browser, origin, password, refusal } from './client.ts';
import { newcomer } from './newcomer.ts';

type Signed = Awaited<ReturnType<typeof newcomer>>;
let owner: Signed;
let outsider: Signed;
let viewer: Browser;
beforeAll(async () => {
  [owner, outsider] = await Promise.all([newcomer('renamer'), newcomer('stranger')]);
  viewer = new Browser();
  const { link } = await owner.browser.json<CreatedInvitation>('/api/invitations', { body: { role: 'viewer' } });
  const body = { email: 'onlooker@example.com', password, name: 'Onlooker' };
  await viewer.json(link.replace(`${origin}/join/`, '/api/join/'), { body });
});

const patch = (browser: Browser, path: string, body: unknown) => browser.call(path, { method: 'PATCH', body });

/** What is said of each field of a refused body. */
async function complaints(response: Response): Promise<unknown> {
  const { code, errors } = await response.json<{ code: string; errors: unknown }>();
  expect([response.status, code]).toEqual([400, 'invalid']);
  return errors;
}

describe('a new name', () => {
  const places = () => ['/api/me', '/api/organization', `/api/projects/${owner.account.project.id}`];

  it('is asked for where the body has none, is blank or too long', async () => {
    for (const path of places()) {
      const said = async (body: unknown) => complaints(await patch(owner.browser, path, body));
      for (const body of [{}, { title: 'New' }, { name: null }, { name: ' ' }])
        expect(await said(body), path).toEqual([{ path: 'name', message: 'Give a name.' }]);
      const message = 'A name has at most 100 characters.';
      expect(await said({ name: 'n'.repeat(101) }), path).toEqual([{ path: 'name', message }]);
    }
  });

  it('is refused to whoever is not logged in', async () => {
    for (const path of places())
      expect(await refusal(await patch(new Browser(), path, { name: 'New' })), path).toEqual([401, 'unauthenticated']);
  });
});

describe('a person', () => {
  it('may rename themselves, whatever their role', async () => {
    const before = await viewer.json<Me>('/api/me');
    const renamed = await viewer.json<User>('/api/me', { method: 'PATCH', body: { name: '  Ona Looker ' } });
    expect(renamed).toEqual({ ...before.user, name: 'Ona Looker' });
    expect((await viewer.json<Me>('/api/me')).user).toEqual(renamed);
    expect((await owner.browser.json<Me>('/api/me')).user.name).toBe('renamer');
  });

  it('is not renamed by a token of theirs', async () => {
    const { token } = await viewer.json<CreatedToken>('/api/api-tokens', { body: { name: 'script' } });
    const answer = await new Browser().call('/api/me', { method: 'PATCH', body: { name: 'New' }, token });
    expect(await refusal(answer)).toEqual([403, 'forbidden']);
  });
});

describe('an organization', () => {
  it('is renamed by its owner, and is then called so for all', async () => {
    const { id } = owner.account.organization;
    const body = { name: 'Harbor' };
    const answer = await owner.browser.json('/api/organization', { method: 'PATCH', body });
    expect(answer).toEqual({ id, name: 'Harbor', role: 'owner' });
    expect((await viewer.json<Me>('/api/me')).organization).toEqual({ id, name: 'Harbor', role: 'viewer' });
    expect((await outsider.browser.json<Me>('/api/me')).organization?.name).toBe("stranger's");
  });

  it('is not renamed by others, nor from outside', async () => {
    expect(await refusal(await patch(viewer, '/api/organization', { name: 'Mine' }))).toEqual([403, 'forbidden']);
    const headers = { 'x-organization': owner.account.organization.id };
    const answer = await outsider.browser.call('/api/organization', { method: 'PATCH', body: { name: 'Mine' }, headers });
    expect(await refusal(answer)).toEqual([404, 'not_found']);
  });
});

describe('a project', () => {
  it('is renamed and stays what it is', async () => {
    const { project } = owner.account;
    const path = `/api/projects/${project.id}`;
    const renamed = await owner.browser.json<Project>(path, { method: 'PATCH', body: { name: 'checkout-api' } });
    expect(renamed).toEqual({ ...project, name: 'checkout-api' });
    expect((await viewer.json<Page<Project>>('/api/projects')).items).toEqual([renamed]);
  });

  it('is not renamed by who may only watch, nor from outside', async () => {
    const path = `/api/projects/${owner.account.project.id}`;
    expect(await refusal(await patch(viewer, path, { name: 'Mine' }))).toEqual([403, 'forbidden']);
    expect(await refusal(await patch(outsider.browser, path, { name: 'Mine' }))).toEqual([404, 'not_found']);
    expect(await refusal(await patch(owner.browser, '/api/projects/prj_none', { name: 'New' }))).toEqual([404, 'not_found']);
  });
});
