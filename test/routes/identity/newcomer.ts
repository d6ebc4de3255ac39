import { env } from 'cloudflare:workers';
import type { SignupAnswer } from '../../../wire/identity.ts';
import { signAccessToken, signRefreshToken } from '../../../worker/credentials/login-tokens.ts';
import { newId } from '../../../worker/ids.ts';
import { cookieNames } from '../../../worker/middleware/login-cookies.ts';
import { commit, openDb } from '../../../worker/store/db.ts';
import { insertLogin } from '../../../worker/store/identity/logins.ts';
import { insertMembership, insertOrganization } from '../../../worker/store/identity/organizations.ts';
import { insertProject } from '../../../worker/store/identity/projects.ts';
import { insertUser } from '../../../worker/store/identity/users.ts';
import { Browser } from './client.ts';

/** Of `password`, at a cost that is next to nothing: one that is worth its name takes a quarter of a second each time. */
export const cheapPasswordHash = '$scrypt$ln=1,r=8,p=1$YSBzYWx0IGZvciB0ZXN0cw$09_IifID4GuZqDX01wX0jC4N_SHedF1fa7U5HSG2-ZA';

/** As `signUp`, but made in D1 directly: for tests that need somebody and are not about signing up. */
export async function newcomer(name: string): Promise<{ browser: Browser; account: SignupAnswer }> {
  const db = openDb(env.DB);
  const nowMs = Date.now();
  const user = { id: newId('usr', nowMs), email: `${name}@example.com`.toLowerCase(), name };
  const organization = { id: newId('org', nowMs), name: `${name}'s`, role: 'owner' as const };
  const project = { id: newId('prj', nowMs), name: 'First project', createdAt: new Date(nowMs).toISOString() };
  const loginId = newId('lgn', nowMs);
  await commit(db, [
    insertUser(db, { ...user, passwordHash: cheapPasswordHash, organizationId: organization.id }, nowMs),
    insertOrganization(db, organization, nowMs),
    insertMembership(db, organization.id, { userId: user.id, role: organization.role }, nowMs),
    insertProject(db, organization.id, project, nowMs),
    insertLogin(db, { id: loginId, userId: user.id }, nowMs),
  ]);
  const browser = new Browser();
  browser.cookies.set(cookieNames.access, await signAccessToken(env.SIGNING_SECRET, loginId, nowMs));
  browser.cookies.set(cookieNames.refresh, await signRefreshToken(env.SIGNING_SECRET, loginId, 1));
  return { browser, account: { user, organization, project } };
}
