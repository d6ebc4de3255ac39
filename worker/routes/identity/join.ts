import { type Context, Hono } from 'hono';
import { AcceptInvitation, type InvitationOffer, JoinAnswer } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { hashPassword } from '../../credentials/password.ts';
import { hashSecret } from '../../credentials/random-secret.ts';
import { mayInvite } from '../../domain/membership.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { setLoginCookies } from '../../middleware/login-cookies.ts';
import { admitPerson } from '../../middleware/require-person.ts';
import { throttleByAddress } from '../../middleware/throttle.ts';
import { openDb } from '../../store/db.ts';
import { findErasure } from '../../store/identity/erasures.ts';
import { acceptInvitation, findInvitation, type OpenInvitation } from '../../store/identity/invitations.ts';
import { insertLogin } from '../../store/identity/logins.ts';
import { countMembers } from '../../store/identity/members.ts';
import { insertUser, rememberOrganization } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { linkGone } from './one-use-link.ts';
import { startLogin } from './start-login.ts';

/** A key belongs to whoever accepts: the person logged in, or the new one whose password the request's MAC covers. */
const once = idempotent({
  scope: (c) => JSON.stringify(['join', c.req.param('secret'), c.var.person?.user.id ?? null]),
  onReplay: async (c, body) => {
    const { user } = JoinAnswer.parse(body);
    if (user.id !== c.var.person?.user.id) await startLogin(c, user.id);
  },
});

export const join = new Hono<AppEnv>()
  .get('/:secret', async (c) => {
    const { organization, role, email, inviter } = await openInvitation(c, c.req.param('secret'));
    return c.json<InvitationOffer>({ organization: organization.name, role, email, invitedBy: inviter.name });
  })
  .post('/:secret', throttleByAddress(), valid('json', AcceptInvitation), admitPerson(), once, async (c) => {
    const secret = c.req.param('secret');
    const invitation = await openInvitation(c, secret);
    const { organization, role } = invitation;
    if ((await countMembers(openDb(c.env.DB), organization.id)) >= limits.maxMembersPerOrganization)
      throw new AppError('quota_exceeded', 'This organization has no room for more members.');
    const joined = { ...organization, role };
    const body = c.req.valid('json');
    if (c.var.person && body.email === undefined) return c.json(await acceptAsMember(c, secret, invitation.email, joined), 201);
    return c.json(await acceptAsNewUser(c, secret, invitation.email, joined, body), 201);
  });

type Joined = JoinAnswer['organization'];

async function acceptAsMember(c: Context<AppEnv>, secret: string, email: string | null, organization: Joined) {
  const { user, organizations, kind } = c.var.person;
  if (kind !== 'login') throw new AppError('forbidden', 'Log in for this: an API token cannot do it.');
  if (email !== null && email !== user.email) throw otherAddress();
  if (organizations.length >= limits.maxOrganizationsPerUser)
    throw new AppError('quota_exceeded', `A person is in at most ${limits.maxOrganizationsPerUser} organizations.`);
  const db = openDb(c.env.DB);
  if (await findErasure(db, organization.id, user.id))
    throw new AppError('conflict', 'Your data in this organization is being erased. Accept the invitation when that is done.');
  const accept = acceptInvitation(db, await hashSecret(secret), user.id, Date.now());
  return created(c, [...accept, rememberOrganization(db, organization.id, user.id)], { user, organization });
}

async function acceptAsNewUser(
  c: Context<AppEnv>,
  secret: string,
  invited: string | null,
  organization: Joined,
  { email, password, name }: { email?: string | undefined; password?: string | undefined; name?: string | undefined },
) {
  if (!email || !password || !name)
    throw new AppError('unauthenticated', 'Log in to join, or give an e-mail address, a password and your name.');
  if (invited !== null && invited !== email) throw otherAddress();
  const nowMs = Date.now();
  const db = openDb(c.env.DB);
  const user = { id: newId('usr', nowMs), email, name };
  const loginId = newId('lgn', nowMs);
  const passwordHash = await hashPassword(password);
  const statements = [
    ...acceptInvitation(db, await hashSecret(secret), user.id, nowMs),
    insertUser(db, { ...user, passwordHash, organizationId: organization.id }, nowMs),
    insertLogin(db, { id: loginId, userId: user.id }, nowMs),
  ];
  const answer = await created(c, statements, { user, organization });
  await setLoginCookies(c, loginId, 1);
  return answer;
}

/** The invitation behind the link; it ends with the right of the one who invited. */
async function openInvitation(c: Context<AppEnv>, secret: string): Promise<OpenInvitation> {
  const invitation = await findInvitation(openDb(c.env.DB), await hashSecret(secret), Date.now());
  if (!invitation || !mayInvite(invitation.inviter.role, invitation.role)) throw linkGone();
  return invitation;
}

const otherAddress = () => new AppError('forbidden', 'This invitation is for another e-mail address.');
