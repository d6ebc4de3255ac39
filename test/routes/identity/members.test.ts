import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type {
  CreatedInvitation,
  CreatedPasswordReset,
  CreatedToken,
  Invitation,
  InvitationOffer,
  JoinAnswer,
  Me,
  Member,
  Role,
  TokenInfo,
} from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import { Browser, origin, password, refusal } from './client.ts';
import { newcomer } from './newcomer.ts';

type Signed = Awaited<ReturnType<typeof newcomer>>;
let owner: Signed;
let outsider: Signed;
beforeAll(async () => {
  owner = await newcomer('owner');
  outsider = await newcomer('outsider');
});

const secretOf = (link: string) => link.slice(`${origin}/join/`.length);

async function invite(body: { role: Role; email?: string }, by: Browser = owner.browser): Promise<string> {
  const { link } = await by.json<CreatedInvitation>('/api/invitations', { body });
  return `/api/join/${secretOf(link)}`;
}

/** A member of the owner's organization with the given role, in a browser of their own. */
async function join(name: string, role: Role): Promise<{ browser: Browser; id: string }> {
  const browser = new Browser();
  const path = await invite({ role });
  const { user } = await browser.json<JoinAnswer>(path, { body: { email: `${name}@example.com`, password, name } });
  return { browser, id: user.id };
}

const patch = (by: Browser, id: string, role: Role) => by.call(`/api/members/${id}`, { method: 'PATCH', body: { role } });
const remove = (by: Browser, id: string) => by.call(`/api/members/${id}`, { method: 'DELETE' });

describe('an invitation', () => {
  it('says what it offers, lets a new person in once, and is then gone', async () => {
    const path = await invite({ role: 'member', email: 'new@example.com' });
    expect(await new Browser().json<InvitationOffer>(path)).toEqual({
      organization: "owner's",
      role: 'member',
      email: 'new@example.com',
      invitedBy: 'owner',
    });
    const browser = new Browser();
    const body = { email: 'new@example.com', password, name: 'New' };
    const { user, organization } = await browser.json<JoinAnswer>(path, { body });
    expect(organization).toEqual({ ...owner.account.organization, role: 'member' });
    expect(await browser.json<Me>('/api/me')).toEqual({ user, organizations: [organization], organization });
    expect(await refusal(await new Browser().call(path))).toEqual([410, 'gone']);
    expect(await refusal(await new Browser().call(path, { body }))).toEqual([410, 'gone']);
  });

  it('lets one of two people in who use it at once', async () => {
    const path = await invite({ role: 'viewer' });
    const answers = await Promise.all(
      ['left', 'right'].map((name) => new Browser().call(path, { body: { email: `${name}@example.com`, password, name } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 410]);
    const { results } = await env.DB.prepare(
      "SELECT id FROM users WHERE email IN ('left@example.com', 'right@example.com')",
    ).all();
    expect(results).toHaveLength(1);
  });

  it('lets in somebody who is logged in, with an empty body', async () => {
    const guest = await newcomer('guest');
    const path = await invite({ role: 'viewer' });
    const { organization } = await guest.browser.json<JoinAnswer>(path, { body: {} });
    const me = await guest.browser.json<Me>('/api/me');
    expect(me.organizations.map(({ id, role }) => [id, role])).toEqual([
      [guest.account.organization.id, 'owner'],
      [organization.id, 'viewer'],
    ]);
    expect(me.organization).toEqual(organization);
    expect(await refusal(await guest.browser.call(await invite({ role: 'viewer' }), { body: {} }))).toEqual([409, 'conflict']);
  });

  it('answers a repeat under the same Idempotency-Key alike, and logs in again', async () => {
    const path = await invite({ role: 'viewer' });
    const call = { body: { email: 'twice@example.com', password, name: 'Twice' }, headers: { 'idempotency-key': 'j' } };
    const first = await new Browser().json<JoinAnswer>(path, call);
    const again = new Browser();
    expect(await again.json<JoinAnswer>(path, call)).toEqual(first);
    expect((await again.json<Me>('/api/me')).user).toEqual(first.user);
  });

  it('for one address is not for another', async () => {
    const path = await invite({ role: 'member', email: 'only@example.com' });
    const body = { email: 'else@example.com', password, name: 'Else' };
    expect(await refusal(await new Browser().call(path, { body }))).toEqual([403, 'forbidden']);
    expect(await refusal(await outsider.browser.call(path, { body: {} }))).toEqual([403, 'forbidden']);
  });

  it('does not make a second account for an address, nor one out of nothing', async () => {
    const path = await invite({ role: 'member' });
    const body = { email: 'outsider@example.com', password, name: 'Again' };
    expect(await refusal(await new Browser().call(path, { body }))).toEqual([409, 'conflict']);
    expect(await refusal(await new Browser().call(path, { body: {} }))).toEqual([401, 'unauthenticated']);
    expect((await new Browser().call(path)).status).toBe(200);
  });

  it('is listed without its secret, and worth nothing once withdrawn or expired', async () => {
    const withdrawn = await owner.browser.json<CreatedInvitation>('/api/invitations', { body: { role: 'viewer' } });
    const { items } = await owner.browser.json<Page<Invitation>>('/api/invitations?limit=1');
    const { link, ...shown } = withdrawn;
    expect(items).toEqual([shown]);
    expect((await owner.browser.call(`/api/invitations/${withdrawn.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await owner.browser.call(`/api/invitations/${withdrawn.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await new Browser().call(`/api/join/${secretOf(link)}`)).status).toBe(410);

    const path = await invite({ role: 'viewer' });
    await env.DB.prepare('UPDATE invitations SET expires_at_ms = 0 WHERE role = ?').bind('viewer').run();
    expect((await new Browser().call(path)).status).toBe(410);
  });

  it('never gives a role above that of the one who invites, then or later', async () => {
    const admin = await join('invited-admin', 'admin');
    const body = { role: 'owner' };
    expect(await refusal(await admin.browser.call('/api/invitations', { body }))).toEqual([403, 'forbidden']);
    const path = await invite({ role: 'admin' }, admin.browser);
    expect((await new Browser().call(path)).status).toBe(200);
    expect((await patch(owner.browser, admin.id, 'member')).status).toBe(204);
    expect((await new Browser().call(path)).status).toBe(410);
  });
});

describe('roles', () => {
  it('are changed by admins and owners, never above their own', async () => {
    const admin = await join('admin', 'admin');
    const member = await join('member', 'member');
    expect((await patch(admin.browser, member.id, 'viewer')).status).toBe(204);
    expect((await member.browser.json<Me>('/api/me')).organization?.role).toBe('viewer');
    expect(await refusal(await patch(admin.browser, member.id, 'owner'))).toEqual([403, 'forbidden']);
    expect(await refusal(await patch(admin.browser, owner.account.user.id, 'member'))).toEqual([403, 'forbidden']);
    expect(await refusal(await patch(member.browser, member.id, 'admin'))).toEqual([403, 'forbidden']);
    expect(await refusal(await patch(admin.browser, outsider.account.user.id, 'viewer'))).toEqual([404, 'not_found']);
    expect(await refusal(await patch(admin.browser, member.id, 'king' as Role))).toEqual([400, 'invalid']);
  });

  it('always leave an owner, even when two owners leave at once', async () => {
    const pair = await newcomer('pair');
    expect(await refusal(await patch(pair.browser, pair.account.user.id, 'admin'))).toEqual([409, 'conflict']);
    expect(await refusal(await remove(pair.browser, pair.account.user.id))).toEqual([409, 'conflict']);
    const path = await invite({ role: 'owner' }, pair.browser);
    const second = new Browser();
    const { user } = await second.json<JoinAnswer>(path, { body: { email: 'second@example.com', password, name: 'Second' } });
    const answers = await Promise.all([remove(pair.browser, pair.account.user.id), remove(second, user.id)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 409]);
  });
});

describe('a member', () => {
  it('is seen by the others', async () => {
    const { items } = await outsider.browser.json<Page<Member>>('/api/members');
    const { user } = outsider.account;
    expect(items).toEqual([{ user, role: 'owner', joinedAt: expect.any(String) }]);
  });

  it('who is removed is out at once, with every token they had here', async () => {
    const member = await join('leaver', 'member');
    const { token } = await member.browser.json<CreatedToken>('/api/api-tokens', { body: { name: 'script' } });
    const ingestPath = `/api/projects/${owner.account.project.id}/ingest-tokens`;
    const ingest = await member.browser.json<CreatedToken>(ingestPath, { body: { name: 'laptop' } });
    expect(await refusal(await remove(outsider.browser, member.id))).toEqual([404, 'not_found']);
    expect((await remove(owner.browser, member.id)).status).toBe(204);
    expect((await member.browser.json<Me>('/api/me')).organization).toBeNull();
    expect(await refusal(await member.browser.call('/api/projects'))).toEqual([404, 'not_found']);
    expect((await new Browser().call('/api/me', { token })).status).toBe(401);
    const { items } = await owner.browser.json<Page<TokenInfo>>(ingestPath);
    expect(items.find((item) => item.id === ingest.id)?.revokedAt).not.toBeNull();

    // Coming back does not bring the old tokens back.
    await member.browser.json<JoinAnswer>(await invite({ role: 'member' }), { body: {} });
    expect((await new Browser().call('/api/me', { token })).status).toBe(401);
  });

  it('who may only watch from now on loses their ingest tokens, not their API tokens', async () => {
    const member = await join('watcher', 'member');
    const { token } = await member.browser.json<CreatedToken>('/api/api-tokens', { body: { name: 'script' } });
    const ingestPath = `/api/projects/${owner.account.project.id}/ingest-tokens`;
    const ingest = await member.browser.json<CreatedToken>(ingestPath, { body: { name: 'laptop' } });
    await patch(owner.browser, member.id, 'viewer');
    const { items } = await owner.browser.json<Page<TokenInfo>>(ingestPath);
    expect(items.find((item) => item.id === ingest.id)?.revokedAt).not.toBeNull();
    expect((await new Browser().json<Me>('/api/me', { token })).organization?.role).toBe('viewer');
  });

  it('may leave, and may not make others leave', async () => {
    const member = await join('quitter', 'viewer');
    const other = await join('other', 'viewer');
    const admin = await join('second-admin', 'admin');
    expect(await refusal(await remove(member.browser, other.id))).toEqual([403, 'forbidden']);
    expect(await refusal(await remove(admin.browser, owner.account.user.id))).toEqual([403, 'forbidden']);
    expect((await remove(member.browser, member.id)).status).toBe(204);
    expect((await remove(admin.browser, other.id)).status).toBe(204);
  });
});

describe('a password reset', () => {
  const reset = async (by: Browser, id: string) => {
    const { link } = await by.json<CreatedPasswordReset>(`/api/members/${id}/password-reset`, { body: {} });
    return link.replace(`${origin}/password-reset/`, '/api/password-reset/');
  };

  it('sets a new password once and ends every login of the user', async () => {
    const member = await join('forgetful', 'member');
    const path = await reset(owner.browser, member.id);
    const body = { password: 'a new and better one' };
    expect(await refusal(await new Browser().call(path, { body: { password: 'short' } }))).toEqual([400, 'invalid']);
    const answers = await Promise.all([1, 2].map(() => new Browser().call(path, { body })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 410]);
    expect((await member.browser.call('/api/me')).status).toBe(401);
    const login = { email: 'forgetful@example.com', password };
    expect((await new Browser().call('/api/login', { body: login })).status).toBe(401);
    expect((await new Browser().call('/api/login', { body: { ...login, ...body } })).status).toBe(200);
  });

  it('is not for an account that lives elsewhere too, nor for a higher role', async () => {
    const both = await newcomer('both');
    await both.browser.json<JoinAnswer>(await invite({ role: 'viewer' }), { body: {} });
    const ask = (by: Browser, id: string) => by.call(`/api/members/${id}/password-reset`, { body: {} });
    expect(await refusal(await ask(owner.browser, both.account.user.id))).toEqual([403, 'forbidden']);
    const admin = await join('resetting-admin', 'admin');
    expect(await refusal(await ask(admin.browser, owner.account.user.id))).toEqual([403, 'forbidden']);
    expect(await refusal(await ask(owner.browser, outsider.account.user.id))).toEqual([404, 'not_found']);
  });

  it('ends when the user joins somewhere else or the one who made it loses the right', async () => {
    const body = { password: 'taken over' };
    const wanderer = await join('wanderer', 'member');
    const path = await reset(owner.browser, wanderer.id);
    await wanderer.browser.json('/api/organizations', { body: { name: 'Mine' } });
    expect(await refusal(await new Browser().call(path, { body }))).toEqual([410, 'gone']);

    const admin = await join('fading-admin', 'admin');
    const target = await join('target', 'member');
    const second = await reset(admin.browser, target.id);
    await patch(owner.browser, admin.id, 'member');
    expect(await refusal(await new Browser().call(second, { body }))).toEqual([410, 'gone']);
  });
});
