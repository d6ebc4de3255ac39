import { waitUntil } from 'cloudflare:workers';
import { Hono } from 'hono';
import type { Me } from '../../../wire/identity.ts';
import type { AppEnv } from '../../context.ts';
import { chooseOrganization } from '../../domain/organization.ts';
import { notFound } from '../../errors.ts';
import { requirePerson } from '../../middleware/require-person.ts';
import { commit, openDb } from '../../store/db.ts';
import { rememberOrganization } from '../../store/identity/users.ts';

export const me = new Hono<AppEnv>().get('/', requirePerson(), async (c) => {
  const { person } = c.var;
  const wanted = c.req.header('x-organization');
  const organization = chooseOrganization(person, wanted) ?? null;
  if (wanted !== undefined && !organization) throw notFound('organization');
  // A page asks this once when it loads, which makes it the place to notice a switch of organization.
  if (organization && person.lastOrganizationId !== organization.id) {
    const db = openDb(c.env.DB);
    waitUntil(commit(db, [rememberOrganization(db, organization.id, person.user.id)]));
  }
  return c.json<Me>({ user: person.user, organizations: person.organizations, organization });
});
